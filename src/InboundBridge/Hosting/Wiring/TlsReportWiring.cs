using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Reports;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The reports about TLS that other domains get from us, and their mails in our queue.</summary>
internal sealed class TlsReportWiring : IAsyncDisposable
{
    private readonly TlsResults _results;
    private readonly MailQueue _queue;
    private readonly IMailSpool _spool;
    private readonly TimeProvider _clock;
    private readonly MessageIdSource _ids;
    private readonly TlsReportRounds _rounds;
    private ApplianceOptions _options;

    public TlsReportWiring(
        ApplianceOptions options, TlsResults results, IDnsResolver dns, MailQueue queue, IMailSpool spool, ILoggerFactory logs,
        TimeProvider clock)
    {
        (_results, _queue, _spool, _clock, _options) = (results, queue, spool, clock, options);
        _ids = new MessageIdSource(clock);
        Replace(options);
        _rounds = new TlsReportRounds(results, dns, SubmitAsync, clock, new TransportLog(logs.CreateLogger<TransportLog>()));
    }

    /// <summary>The options in force; null: no reports.</summary>
    public TlsReportOptions? Options => Volatile.Read(ref _options).TlsReports;

    public void Replace(ApplianceOptions next)
    {
        Volatile.Write(ref _options, next);
        _results.Terms = next.TlsReports is { } reports
            ? new TlsReportTerms(next.Smtp.Server.Hostname.ToLowerInvariant(), reports.From, reports.Interval)
            : null;
    }

    public ValueTask DisposeAsync() => _rounds.DisposeAsync();

    private async ValueTask SubmitAsync(string from, string to, ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        var options = Volatile.Read(ref _options);
        if (options.TlsReports is not { } reports)
            return;
        var id = _ids.Next();
        await using var staged = _spool.Stage(id);
        await staged.WriteAsync(mail, cancellationToken);
        await staged.SealAsync(cancellationToken);
        var now = _clock.GetUtcNow();
        var message = new SpooledMessage
        {
            Id = id,
            ReceivedAt = now,
            Envelope = new MailEnvelope { Sender = from, Recipients = [new MailRecipient(to)] },
            Size = staged.Content.Length,
            Sha256 = staged.Sha256,
            ConfigVersion = options.Version,
            Subject = "TLS report",
        };
        var delivery = new SpooledDelivery
        {
            Id = _ids.Next(),
            MessageId = id,
            Destination = reports.Via,
            Recipients = message.Envelope.Recipients,
            CreatedAt = now,
            NextAttemptAt = now,
        };
        await _queue.AcceptAsync(staged, message, [delivery], cancellationToken);
    }
}
