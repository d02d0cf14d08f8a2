using System.Net.Sockets;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// The receiver that the measured systems deliver to: one thread of this process, shared by
/// all systems of a kind, that counts and answers at once.
/// </summary>
internal sealed class MailSink : IDisposable
{
    private readonly EventLoop _loop = new("sink");
    private readonly ArrivalCount _arrivals = new();

    private MailSink(Func<Socket, ArrivalCount, KeptMail, LoopConnection> accept)
    {
        Port = _loop.Listen(socket => accept(socket, _arrivals, Kept));
        _loop.Start();
    }

    public int Port { get; }

    /// <summary>Keeps one mail where that is wanted.</summary>
    public KeptMail Kept { get; } = new();

    /// <summary>Answers 200 to every request; counts by webhook-id.</summary>
    public static MailSink Webhook() => new((socket, arrivals, kept) => new HttpSinkConnection(socket, arrivals, kept));

    /// <summary>The same, answering each request after a time.</summary>
    public static MailSink Webhook(TimeSpan delay) =>
        new((socket, arrivals, kept) => new HttpSinkConnection(socket, arrivals, kept, delay));

    /// <summary>Accepts every mail by SMTP; counts by Message-ID, or by the id that the relay gave it.</summary>
    public static MailSink Smtp() => new((socket, arrivals, kept) => new SmtpSinkConnection(socket, arrivals, kept));

    public void Expect(int mails) => _arrivals.Expect(mails);

    /// <summary>Fails if a mail came twice, if more mails came than were sent, or if some did not come in time.</summary>
    public async Task AllArrivedAsync(CancellationToken cancellation) =>
        await await Task.WhenAny(_arrivals.AllArrivedAsync(cancellation), _loop.Failed);

    public void Conclude() => _arrivals.Conclude();

    public void Dispose() => _loop.Dispose();
}
