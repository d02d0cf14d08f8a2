using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.ScenarioTests.OnDemand;

/// <summary>A customer of ODMR that notes what it takes; one connection over TLS.</summary>
/// <param name="patience">The longest wait before a mail is answered.</param>
internal sealed class BranchOffice(Random random, TimeSpan? patience = null)
{
    private readonly List<string> _taken = [];

    private TimeSpan Longest => patience ?? TimeSpan.FromMilliseconds(8);

    /// <summary>Subjects of the mails whose end has come, in order; the last one may have got no reply.</summary>
    public IReadOnlyList<string> Taken
    {
        get
        {
            lock (_taken)
                return [.. _taken];
        }
    }

    /// <summary>The reply to the last mail was sent.</summary>
    public bool HasAnswered { get; private set; } = true;

    /// <summary>Returns the reply to ATRN; empty when the connection was lost before.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "The certificate was made a moment ago.")]
    public async Task<string> CollectAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("localhost");
            using var reader = new StreamReader(tls, Encoding.Latin1);
            await ReplyAsync(reader);
            await AskAsync(tls, reader, "EHLO branch.test");
            var credentials = $"\0{CollectedMail.User.Name}\0{CollectedMail.User.Password}";
            await AskAsync(tls, reader, $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}");
            var reply = await AskAsync(tls, reader, "ATRN");
            if (reply.StartsWith('2'))
                await ServeAsync(tls, reader);
            return reply;
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            return "";
        }
    }

    private async Task ServeAsync(Stream tls, StreamReader reader)
    {
        await SayAsync(tls, "220 branch.test");
        while (await reader.ReadLineAsync() is { } line and not "QUIT")
        {
            if (line.StartsWith("EHLO", StringComparison.Ordinal))
                await SayAsync(tls, random.Next(2) == 0 ? "250 branch.test" : "250-branch.test\r\n250-PIPELINING\r\n250 8BITMIME");
            else if (line != "DATA")
                await SayAsync(tls, "250 OK");
            else
                await TakeAsync(tls, reader);
        }
    }

    private async Task TakeAsync(Stream tls, StreamReader reader)
    {
        await SayAsync(tls, "354 go on");
        var subject = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Subject: ", StringComparison.Ordinal))
                subject = line["Subject: ".Length..];
            if (line != ".")
                continue;
            lock (_taken)
                _taken.Add(subject);
            HasAnswered = false;
            // Some replies are late, so that kills fall into the wait for them too.
            if (random.Next(4) == 0)
                await Task.Delay(random.NextDouble() * Longest, TimeProvider.System);
            await SayAsync(tls, "250 taken");
            HasAnswered = true;
            return;
        }
        throw new IOException("cut off in a mail");
    }

    private static async Task<string> AskAsync(Stream tls, StreamReader reader, string line)
    {
        await SayAsync(tls, line);
        return await ReplyAsync(reader);
    }

    private static async Task SayAsync(Stream tls, string line)
    {
        await tls.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        await tls.FlushAsync();
    }

    private static async Task<string> ReplyAsync(StreamReader reader)
    {
        string line;
        do
        {
            line = await reader.ReadLineAsync() ?? throw new IOException("closed");
        }
        while (line.Length > 3 && line[3] == '-');
        return line;
    }
}
