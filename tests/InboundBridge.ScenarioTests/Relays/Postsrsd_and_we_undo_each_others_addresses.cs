using System.Net.Sockets;
using System.Text;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Relays;

/// <summary>
/// Debian's postsrsd with the same secret: what either of us rewrites, the other one leads back. It speaks Postfix's tcp_table protocol.
/// </summary>
public sealed class Postsrsd_and_we_undo_each_others_addresses : IDisposable
{
    private const string Domain = "srs.example.com";
    private const string Secret = "a-secret-of-25-characters";

    private static readonly SrsOptions Options = new() { Domain = Domain, Secrets = [Secret] };

    private static readonly SrsMailbox[] Senders =
    [
        new("al", "sender.test"), new("Al.Sender", "sender.test"), new("al+tag", "sender.test"), new("a=b=c", "sender.test"),
        new("SRS0=abcd=2W=other.test=al", "forwarder.test"), new("SRS0+abcd=2W=other.test=al", "forwarder.test"),
        new("SRS1=abcd=first.test==efgh=2W=other.test=al", "second.test"), new("o'neil", "sub.sender.test"), new("x", "a-b.c-d.test"),
    ];

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Both_ways() => FreePort.WithAsync(2, async ports =>
    {
        var secret = _folder.Write("srs.secret", Secret + "\n");
        var program = PeerPrograms.FindUnpacked("usr/sbin/postsrsd", "postsrsd");
        string[] arguments =
        [
            "-s", secret, "-d", Domain, "-l", "127.0.0.1", "-f", $"{ports[0]}", "-r", $"{ports[1]}", "-u", "nobody", "-c", "/",
        ];
        PeerPrograms.NeedRoot("postsrsd");
        await using var postsrsd = PeerProcess.Start("postsrsd", program, arguments, _folder.Path);
        await postsrsd.ListeningAsync(() => FreePort.AnswersAsync(ports[1]));
        var rewriter = new SenderRewriter(Options, TimeProvider.System);
        foreach (var sender in Senders)
        {
            var theirs = await AskAsync(ports[0], $"{sender.Local}@{sender.Domain}");
            var ours = rewriter.Rewrite(sender)!;
            Assert.Equal($"{ours.Local}@{ours.Domain}", theirs);
            var back = Assert.IsType<SrsReading.Ours>(
                SrsReader.Read(theirs[..theirs.LastIndexOf('@')], Options.Secrets, TimeProvider.System.GetUtcNow()));
            Assert.Equal($"{back.Original.Local}@{back.Original.Domain}", await AskAsync(ports[1], $"{ours.Local}@{ours.Domain}"));
        }
        // A forged address is unknown to it too.
        Assert.Null(await TryAskAsync(ports[1], $"SRS0=AAAA=2W=sender.test=al@{Domain}"));
        return true;
    });

    private static async Task<string> AskAsync(int port, string address) =>
        await TryAskAsync(port, address) ?? throw new InvalidOperationException($"postsrsd does not know {address}");

    private static async Task<string?> TryAskAsync(int port, string address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"get {Uri.EscapeDataString(address)}\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadLineAsync() ?? throw new IOException("postsrsd closed the connection");
        return answer.StartsWith("200 ", StringComparison.Ordinal) ? Uri.UnescapeDataString(answer[4..]) : null;
    }
}
