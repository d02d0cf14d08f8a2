using System.Text;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>
/// What a customer sends as the server of a turned connection (ATRN). The session must end, give each recipient a reply that can be written
/// into a log, and take no mail for delivered unless enough replies have come.
/// </summary>
internal sealed class TurnedTarget : IFuzzTarget
{
    /// <summary>Greeting, EHLO, MAIL, RCPT, DATA and the end of the mail.</summary>
    private const int RepliesToDeliver = 6;

    private static readonly SmtpClientOptions Options =
        new() { Server = new SmtpEndpoint("192.0.2.1", 0), Hostname = "mx", Tls = SmtpTlsMode.Off, IsProtected = true };

    private static readonly SmtpClientMessage Mail = new()
    {
        Sender = "a@example.org",
        Recipients = [new SmtpClientRecipient("b@example.net"), new SmtpClientRecipient("c@example.net")],
        Content = SmtpContent.FromMemory("Subject: x\r\n\r\nx\r\n"u8.ToArray()),
    };

    public string Name => "smtp/turned";

    public IReadOnlyList<string> Words =>
    [
        "220 b\r\n", "250 OK\r\n", "250-b\r\n", "250 PIPELINING\r\n", "250 CHUNKING\r\n", "250 LIMITS RCPTMAX=1\r\n",
        "250 LIMITS MAILMAX=1\r\n", "354 go\r\n", "421 bye\r\n", "450 no\r\n", "452 4.5.3 many\r\n",
        "550 no\r\n", "\n", "\u001b[2J", "999 x\r\n", "25",
    ];

    public void Run(ReadOnlySpan<byte> input) => RunAsync(input.ToArray()).GetAwaiter().GetResult();

    private static async Task RunAsync(byte[] input)
    {
        var connection = new TurnedConnection(new OneSidedStream(input), "192.0.2.1", IsEncrypted: true);
        using var session = new TurnedSession(Options, connection, TimeProvider.System, CancellationToken.None);
        var result = await session.SendAsync(Mail, CancellationToken.None);
        FuzzFailureException.Unless(result.Replies.Count == Mail.Recipients.Count, "a recipient has no reply");
        FuzzFailureException.Unless(
            !result.Replies.Any(reply => reply.Text.Any(letter => char.IsControl(letter) && letter != '\n')),
            "control characters in a reply");
        var positive = Encoding.Latin1.GetString(input).Split('\n').Count(line => line.Length >= 3 && line[0] is '2' or '3');
        FuzzFailureException.Unless(
            positive >= RepliesToDeliver || result.Stage == SmtpSendStage.Connect || !result.Replies.Any(reply => reply.IsPositive),
            "delivered without enough replies");
        if (session.IsUsable)
            await session.QuitAsync();
    }

    /// <summary>Everything that is read is the input; what is written is forgotten.</summary>
    private sealed class OneSidedStream(byte[] input) : MemoryStream(input, writable: false)
    {
        public override bool CanWrite => true;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
