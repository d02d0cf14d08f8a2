using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>An SMTP client for scenarios that need the reply to each command.</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private readonly TcpClient _client;
    private Stream _stream;

    private SmtpConversation(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    /// <param name="port">The server's port on 127.0.0.1.</param>
    /// <param name="hello">The command after the greeting.</param>
    /// <param name="from">The client's address, any of 127.0.0.0/8.</param>
    public static async Task<SmtpConversation> OpenAsync(int port, string hello = "EHLO peer.test", string from = "127.0.0.1")
    {
        var conversation = await ConnectAsync(port, from);
        Assert.StartsWith("220", await conversation.ReplyAsync(), StringComparison.Ordinal);
        await conversation.AskAsync(hello);
        return conversation;
    }

    /// <summary>Connects without sending anything or waiting for the greeting.</summary>
    public static async Task<SmtpConversation> ConnectAsync(int port, string from = "127.0.0.1")
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)) { NoDelay = true };
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return new SmtpConversation(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <param name="certificate">The certificate that the server must have.</param>
    /// <param name="name">The host name for SNI.</param>
    public async Task StartTlsAsync(TestCertificate certificate, string name = "localhost")
    {
        Assert.StartsWith("220", await AskAsync("STARTTLS"), StringComparison.Ordinal);
        var expected = await certificate.ReadAsync();
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null
            && shown.GetRawCertData().AsSpan().SequenceEqual(expected));
        await tls.AuthenticateAsClientAsync(name);
        _stream = tls;
        await AskAsync("EHLO peer.test");
    }

    /// <summary>Accepts any certificate, and returns it for the scenario to look at.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "The scenario looks at the certificate.")]
    public async Task<X509Certificate2> StartTlsAsync(string name)
    {
        Assert.StartsWith("220", await AskAsync("STARTTLS"), StringComparison.Ordinal);
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(name);
        _stream = tls;
        await AskAsync("EHLO peer.test");
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    /// <summary>Sends one command and reads its whole reply.</summary>
    public async Task<string> AskAsync(string command)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        return await ReplyAsync();
    }

    /// <returns>The reply to the message, or the first refusal before it.</returns>
    public async Task<string> SendAsync(byte[] mail, string from, params string[] to)
    {
        var reply = await AskAsync($"MAIL FROM:<{from}>");
        foreach (var recipient in to)
        {
            if (reply[0] == '2')
                reply = await AskAsync($"RCPT TO:<{recipient}>");
        }

        return reply[0] == '2' ? await DataAsync(mail) : reply;
    }

    /// <summary>Sends the message by DATA with dot-stuffing, after MAIL and RCPT.</summary>
    public async Task<string> DataAsync(byte[] mail)
    {
        var reply = await AskAsync("DATA");
        if (reply[0] != '3')
            return reply;
        await _stream.WriteAsync(Stuffed(mail));
        await _stream.WriteAsync(".\r\n"u8.ToArray());
        return await ReplyAsync();
    }

    /// <summary>Writes octets unchanged.</summary>
    public Task WriteAsync(byte[] octets) => _stream.WriteAsync(octets).AsTask();

    /// <summary>Writes octets and waits until the server has read them, so that the next octets come as another piece.</summary>
    public async Task WritePieceAsync(byte[] octets)
    {
        await WriteAsync(octets);
        var (server, client) = ((IPEndPoint)_client.Client.RemoteEndPoint!, (IPEndPoint)_client.Client.LocalEndPoint!);
        await Deadline.Usual.UntilAsync(() => TcpQueue.IsRead(server, client), "the server to read a piece");
    }

    public async Task<string> ReplyAsync()
    {
        var reply = new StringBuilder();
        while (true)
        {
            var line = await LineAsync();
            reply.Append(line).Append('\n');
            if (line.Length < 4 || line[3] != '-')
                return reply.ToString().TrimEnd('\n');
        }
    }

    /// <summary>Reads all replies up to the end of the connection.</summary>
    public async Task<IReadOnlyList<string>> RepliesToTheEndAsync()
    {
        var replies = new List<string>();
        try
        {
            while (true)
                replies.Add(await ReplyAsync());
        }
        catch (IOException)
        {
            return replies;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private static byte[] Stuffed(byte[] mail)
    {
        var stuffed = new MemoryStream(mail.Length + 64);
        var lineStart = true;
        foreach (var octet in mail)
        {
            if (lineStart && octet == '.')
                stuffed.WriteByte((byte)'.');
            stuffed.WriteByte(octet);
            lineStart = octet == '\n';
        }

        return stuffed.ToArray();
    }

    private async Task<string> LineAsync()
    {
        var line = new List<byte>();
        var octet = new byte[1];
        while (await _stream.ReadAsync(octet) == 1)
        {
            if (octet[0] == '\n')
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            line.Add(octet[0]);
        }

        throw new IOException($"the connection was closed after '{Encoding.Latin1.GetString([.. line])}'");
    }
}
