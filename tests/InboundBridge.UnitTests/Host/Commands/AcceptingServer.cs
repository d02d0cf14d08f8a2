using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>An SMTP server on loopback that takes everything and remembers it.</summary>
internal sealed class AcceptingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public AcceptingServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool HasCaller => _listener.Pending();

    public void Dispose() => _listener.Dispose();

    /// <summary>Serves one connection.</summary>
    /// <param name="refuses">What a command with this text in it gets 550 for.</param>
    /// <returns>Everything that the client sent.</returns>
    public async Task<string> ServeAsync(string offers = "8BITMIME", string? refuses = null)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var said = new StringBuilder();
        await SayAsync("220 here");
        var inData = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            said.Append(line).Append("\r\n");
            if (inData && line != ".")
                continue;
            var wasData = inData;
            inData = line == "DATA";
            await SayAsync(
                inData ? "354 go on"
                : line.StartsWith("EHLO", StringComparison.Ordinal)
                ? $"250-here\r\n250 {offers}"
                : line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 welcome" : line == "QUIT" ? "221 bye"
                : refuses is not null && line.Contains(refuses, StringComparison.Ordinal) && !wasData ? "550 5.1.1 No" : "250 OK");
            if (line == "QUIT" && !wasData)
                break;
        }
        return said.ToString();

        Task SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n")).AsTask();
    }
}
