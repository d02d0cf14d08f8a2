using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Sessions;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>
/// A whole session over pipes in memory, with the input sent at once and then in pieces. The session must end, report no fault, reply the
/// same both times, reply to every command in order, and accept no message that the receiver did not accept.
/// </summary>
internal sealed class SessionTarget : IFuzzTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);


    public string Name => "smtp/session";

    public IReadOnlyList<string> Words =>
    [
        "EHLO x\r\n", "HELO x\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<b@example.net>\r\n", "DATA\r\n", "\r\n.\r\n", "BDAT 5\r\n",
        "BDAT 0 LAST\r\n", "BDAT 3 LAST\r\n", "RSET\r\n", "NOOP\r\n",
        "QUIT\r\n", "VRFY a\r\n", "HELP\r\n", "AUTH PLAIN\r\n", "STARTTLS\r\n", "\r\n", "\n", "BODY=BINARYMIME", "SMTPUTF8",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        var octets = input.ToArray();
        var (whole, messages) = PlayAsync(octets, octets.Length + 1).GetAwaiter().GetResult();
        SessionTranscript.Check(octets, whole, messages);
        var pieces = octets.Length == 0 ? 1 : 1 + octets[0] % 16;
        var (split, _) = PlayAsync(octets, pieces).GetAwaiter().GetResult();
        FuzzFailureException.Unless(whole == split, "the answers depend on how the octets arrive");
    }

    private static async Task<(string Output, int Messages)> PlayAsync(byte[] input, int piece)
    {
        var toServer = new Pipe();
        var toClient = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var receiver = new CountingReceiver();
        var observer = new FaultObserver();
        var peer = new SmtpPeer("fuzz", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 2));
        // A trusted client, because the input may come before the greeting.
        var options =
            new SmtpServerOptions
            {
                Hostname = "mx",
                Trusted = [new IPNetwork(IPAddress.Loopback, 32)],
                Limits = new SmtpLimits { MessageSize = 2000, HeaderSize = 500 }
            };
        var session =
            new SmtpSession(
                new Side(toServer.Reader, toClient.Writer), peer, _ =>
                receiver, options, new SmtpListenerOptions(), new SmtpServerState(TimeProvider.System, SmtpServerMetrics.None, observer));
        var running = session.RunAsync(CancellationToken.None);
        for (var at = 0; at < input.Length; at += piece)
        {
            var sent = await toServer.Writer.WriteAsync(input.AsMemory(at, Math.Min(piece, input.Length - at)));
            if (sent.IsCompleted)
                break;
        }
        await toServer.Writer.CompleteAsync();
        await running.WaitAsync(Patience);
        FuzzFailureException.Unless(observer.Fault is null, $"a fault: {observer.Fault}");
        var result = await toClient.Reader.ReadAtLeastAsync(int.MaxValue);
        return (Encoding.Latin1.GetString(result.Buffer.ToArray()), receiver.Messages);
    }

    private sealed record Side(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class FaultObserver : ISmtpSessionObserver
    {
        public Exception? Fault { get; private set; }

        public void Faulted(SmtpPeer peer, InboundBridge.Smtp.Protocol.SmtpVerb verb, Exception error) => Fault = error;
    }
}
