using System.Diagnostics;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>
/// What the scanners say about one mail. Each is asked when somebody first needs its answer, and at most once. Safe for concurrent use:
/// shadow rules are evaluated beside the session.
/// </summary>
public sealed class ScanAnswers
{
    private readonly Lock _gate = new();
    private readonly MailScanners _scanners;
    private readonly ScanObserver? _observer;
    private Task<SpamVerdict?>? _spam;
    private Task<VirusVerdict?>? _virus;
    private Task<IReadOnlyList<SignatureVerdict>?>? _signatures;

    internal ScanAnswers(MailScanners scanners, ScanObserver? observer) => (_scanners, _observer) = (scanners, observer);

    /// <summary>The scanners that can be asked.</summary>
    public ScanKinds Kinds => _scanners.Kinds;

    /// <summary>Null until the scanner has answered.</summary>
    public SpamVerdict? Spam => _spam is { IsCompletedSuccessfully: true } answered ? answered.Result : null;

    /// <summary>Null until the scanner has answered.</summary>
    public VirusVerdict? Virus => _virus is { IsCompletedSuccessfully: true } answered ? answered.Result : null;

    /// <summary>Null until the signatures were checked; empty for a mail without any.</summary>
    public IReadOnlyList<SignatureVerdict>? Signatures =>
        _signatures is { IsCompletedSuccessfully: true } answered ? answered.Result : null;

    /// <summary>The spam scanner's answer; null without a scanner, and where a mail may pass without its answer.</summary>
    /// <exception cref="ScannerUnavailableException">There is no answer, and the mail has to wait for one.</exception>
    public Task<SpamVerdict?> SpamAsync(ScannedMail mail, CancellationToken cancellationToken)
    {
        lock (_gate)
            return _spam ??= _scanners.Rspamd is { } rspamd
                ? AskAsync("rspamd", _observer?.Metrics.Rspamd, mail, () => rspamd.ScanAsync(mail, cancellationToken))
                : Task.FromResult<SpamVerdict?>(null);
    }

    /// <summary>The virus scanner's answer; null without a scanner, and where a mail may pass without its answer.</summary>
    /// <exception cref="ScannerUnavailableException">There is no answer, and the mail has to wait for one.</exception>
    public Task<VirusVerdict?> VirusAsync(ScannedMail mail, CancellationToken cancellationToken)
    {
        lock (_gate)
            return _virus ??= _scanners.Clamd is { } clamd
                ? AskAsync("clamav", _observer?.Metrics.Clamav, mail, () => clamd.ScanAsync(mail, cancellationToken))
                : Task.FromResult<VirusVerdict?>(null);
    }

    /// <summary>The mail's signatures; null where they are not checked, and where a mail may pass without an answer.</summary>
    /// <exception cref="ScannerUnavailableException">There is no answer, and the mail has to wait for one.</exception>
    public Task<IReadOnlyList<SignatureVerdict>?> SignaturesAsync(ScannedMail mail, CancellationToken cancellationToken)
    {
        lock (_gate)
            return _signatures ??= _scanners.Signatures is { } scanner
                ? AskAsync("signatures", _observer?.Metrics.Signatures, mail, () => scanner.ScanAsync(mail, cancellationToken))
                : Task.FromResult<IReadOnlyList<SignatureVerdict>?>(null);
    }

    /// <summary>The verdicts with those of the scanners that have answered; null where nobody has said anything.</summary>
    /// <param name="verdicts">What the other checks say; null for nothing.</param>
    public MailVerdicts? AddTo(MailVerdicts? verdicts)
    {
        var (spam, virus, signatures) = (Spam, Virus, Signatures);
        if (spam is null && virus is null && signatures is null)
            return verdicts;
        return (verdicts ?? MailVerdicts.NotAsked) with
        {
            Spam = spam,
            Virus = virus?.Name,
            VirusScanned = virus is not null,
            Signatures = signatures,
        };
    }

    private async Task<T?> AskAsync<T>(string scanner, ScannerSeries? series, ScannedMail mail, Func<Task<T>> ask)
        where T : class
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await ask();
        }
        catch (ScannerUnavailableException fault)
        {
            series?.Unavailable.Inc();
            if (!_scanners.PassesUnscanned)
                throw;
            _observer?.Log.PassedUnscanned(mail.Id, scanner, fault.Message);
            return null;
        }
        finally
        {
            series?.Seconds.Observe(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
    }
}
