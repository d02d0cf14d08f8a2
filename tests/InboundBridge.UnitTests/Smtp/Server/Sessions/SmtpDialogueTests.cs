using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using InboundBridge.Hosting.Listening;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>Every golden dialogue in memory, over TCP, and under TLS after STARTTLS.</summary>
public class SmtpDialogueTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests/testdata/dialogues");

    public static TheoryData<string> All => [.. Names(_ => true)];

    public static TheoryData<string> UnderTls => [.. Names(dialogue => !dialogue.PlainOnly)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task In_memory(string name)
    {
        var dialogue = Load(name);
        await using var server = dialogue.CreateServer(SmtpTlsMode.Off);
        await dialogue.PlayAsync(server, server.Start(), greeted: false);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Over_tcp(string name)
    {
        var dialogue = Load(name);
        await using var server = dialogue.CreateServer(SmtpTlsMode.Off);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint);
        using var accepted = await listener.AcceptTcpClientAsync();
        await using var near = accepted.GetStream();
        await using var far = new NetworkStream(socket);
        var client = new SmtpTestClient(
            PipeReader.Create(far, new StreamPipeReaderOptions(leaveOpen: true)),
            PipeWriter.Create(far, new StreamPipeWriterOptions(leaveOpen: true)),
            () => EndOutput(socket));
        server.Start(new PipePair(PipeReader.Create(near), new SocketWriter(accepted.Client)), client);
        await dialogue.PlayAsync(server, client, greeted: false);
    }

    [Theory]
    [MemberData(nameof(UnderTls))]
    public async Task After_starttls(string name)
    {
        var dialogue = Load(name);
        await using var server = dialogue.CreateServer(SmtpTlsMode.StartTls);
        var client = server.Start();
        Assert.StartsWith("220 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync(
            server.Mode == SmtpListenerMode.Lmtp ? "LHLO first.example" : "EHLO first.example"), StringComparison.Ordinal);
        Assert.StartsWith("220 ", await client.SayAsync("STARTTLS"), StringComparison.Ordinal);
        await client.StartTlsAsync();
        await dialogue.PlayAsync(server, client, greeted: true);
    }

    [Fact]
    public void There_are_at_least_as_many_dialogues_as_documented() => Assert.True(Names(_ => true).Count() >= 120);

    private static void EndOutput(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server has closed the connection first.
        }
    }

    private static SmtpDialogue Load(string name) => SmtpDialogue.Load(Path.Combine(Folder, name + ".smtp"));

    private static IEnumerable<string> Names(Func<SmtpDialogue, bool> wanted) =>
        Directory.EnumerateFiles(Folder, "*.smtp").Order(StringComparer.Ordinal).Select(SmtpDialogue.Load).Where(wanted).Select(
            dialogue => dialogue.Name);
}
