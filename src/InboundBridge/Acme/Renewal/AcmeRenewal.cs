using System.Security.Cryptography;
using InboundBridge.Acme.Challenges;
using InboundBridge.Acme.Issuing;
using InboundBridge.Acme.Protocol;
using InboundBridge.Acme.Storing;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.Acme.Renewal;

/// <summary>
/// Keeps the certificate of <c>tls.acme</c> current, in the background. The old one is used until a new one is proven and on disk; a
/// failure changes nothing but the time of the next attempt.
/// </summary>
internal sealed class AcmeRenewal : IAsyncDisposable
{
    /// <summary>Longest wait of the loop; timers can't be set for months.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly AcmeOptions? _bound;
    private readonly AcmeFolder _folder;
    private readonly CertificateStore _store;
    private readonly ChallengeAnswers _answers;
    private readonly Func<AcmeOptions, AcmeHttp> _connect;
    private readonly Func<TimeSpan, CancellationToken, Task> _pause;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly AcmeLog _log;
    private readonly Counter.Child _issued;
    private readonly Counter.Child _failed;
    private readonly RenewalAdvice _advice;
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = NewSignal();
    private AcmeOptions? _options;
    private StoredCertificate? _stored;
    private DateTimeOffset _notBefore;
    private DateTimeOffset _planned;
    private int _failures;
    private bool _isAsked;
    private Task _loop = Task.CompletedTask;

    /// <param name="options">Of the start: the listener for challenges is bound by these alone.</param>
    /// <param name="connect">Connects to the authority of these options.</param>
    /// <param name="random">For times only.</param>
    /// <param name="pause">Waits between polls; null: by the clock.</param>
    public AcmeRenewal(
        AcmeOptions? options, AcmeFolder folder, CertificateStore store, ChallengeAnswers answers, Func<AcmeOptions, AcmeHttp> connect,
        MetricRegistry metrics, TimeProvider clock, Random random, AcmeLog log, Func<TimeSpan, CancellationToken, Task>? pause = null)
    {
        (_bound, _options, _folder, _store, _answers, _connect) = (options, options, folder, store, answers, connect);
        (_clock, _random, _log) = (clock, random, log);
        _pause = pause ?? ((wait, cancellationToken) => Task.Delay(wait, clock, cancellationToken));
        var orders = metrics.Counter("acme_orders_total", "Attempts to get a certificate from the authority", "outcome");
        (_issued, _failed) = (orders.FromZero("issued"), orders.FromZero("failed"));
        _advice = new RenewalAdvice(clock, random, log);
        if (options is not null)
            UseStored();
    }

    /// <summary>The options in force; null: no certificates by ACME.</summary>
    public AcmeOptions? Options => Volatile.Read(ref _options);

    /// <summary>
    /// Told the names of a certificate that could not be had, and why; it must return at once. A first failure is not told: the authority
    /// may be busy, and there is time.
    /// </summary>
    public Action<string, string>? Failed { get; set; }

    /// <summary>Begins; the listener for challenges must be up.</summary>
    public void Start() => _loop = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Puts other options in force. A failed attempt is repeated at once: the operator may have removed its cause.</summary>
    public void Replace(AcmeOptions? next)
    {
        Volatile.Write(ref _options, next);
        if (next is null)
            _store.Install(null);
        else if (Volatile.Read(ref _stored) is { } stored)
            _store.Install(stored.Entry);
        Volatile.Write(ref _isAsked, true);
        Volatile.Read(ref _changed).TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Volatile.Write(ref _changed, NewSignal());
                var wait = await StepAsync(cancellationToken);
                try
                {
                    await _changed.Task.WaitAsync(wait < Longest ? wait : Longest, _clock, cancellationToken);
                }
                catch (TimeoutException)
                {
                    // The time of the next step has come.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The appliance stops. An order that is under way is on disk, and the next start takes it up.
        }
    }

    /// <summary>Does what is due.</summary>
    /// <returns>The time until there may be something to do again.</returns>
    internal async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        if (Options is not { } options || !IsBound(options))
            return Longest;
        try
        {
            if (Interlocked.Exchange(ref _isAsked, false))
                _notBefore = default;
            var now = _clock.GetUtcNow();
            var latest = now + RetryDelay.Longest(new AcmeLimits());
            if (_notBefore > latest)
                _notBefore = default;
            if (_folder.ReadPause(options.Directory) is { } pause && pause > _notBefore && pause > now && pause <= latest)
            {
                _log.Paused(AcmeText.Shown(options.Directory), pause);
                _notBefore = pause;
            }
            if (_notBefore > now)
                return _notBefore - now;
            using var http = _connect(options);
            if (_stored is { } stored && StoredCertificate.IsFor(stored.File, options))
            {
                var due = await _advice.DueAsync(
                    stored.Entry.Certificate, () => OpenAsync(http, options, cancellationToken), cancellationToken);
                Plan(stored, due);
                if (due > now)
                    return due - now < _advice.AskAgainIn ? due - now : _advice.AskAgainIn;
            }
            await IssueAsync(http, options, cancellationToken);
            return TimeSpan.Zero;
        }
        catch (AcmeException fault)
        {
            return Fail(options, fault);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Such as a full disk. The loop must go on: nobody else renews.
            return Fail(options, new AcmeException(fault.Message, $"look at the folder of {_folder.CertificateFile}", fault));
        }
    }

    private async Task IssueAsync(AcmeHttp http, AcmeOptions options, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(http, options, cancellationToken);
        var external = options.ExternalAccount is { } account
            ? new ExternalAccount(account.Kid, System.Buffers.Text.Base64Url.DecodeFromChars(account.Hmac.Reveal().TrimEnd('='))) : null;
        await client.SignInAsync(options.Email, external, cancellationToken);
        _log.Account(AcmeText.Shown(options.Directory), AcmeText.Shown(client.Account!));
        var stored = await new CertificateIssue(client, _answers, _folder, options, _clock, _log).RunAsync(_stored, cancellationToken);
        _failures = 0;
        _issued.Inc();
        Use(stored);
        // Whatever the dates say: an authority with a wrong clock must not get an order a second.
        var lifetime = stored.Entry.Certificate.NotAfter - stored.Entry.Certificate.NotBefore;
        _notBefore = _clock.GetUtcNow() + (lifetime / 10 < TimeSpan.FromHours(1) ? lifetime / 10 : TimeSpan.FromHours(1));
    }

    private async Task<AcmeClient> OpenAsync(AcmeHttp http, AcmeOptions options, CancellationToken cancellationToken) =>
        new(await AcmeSession.OpenAsync(http, options.Directory, AccountOf(options.Directory), cancellationToken), _clock, _pause);

    private AccountKey AccountOf(Uri directory)
    {
        if (_folder.ReadAccount(directory) is { } pem)
        {
            try
            {
                return AccountKey.Read(pem);
            }
            catch (CryptographicException fault)
            {
                throw new AcmeException(
                    $"{_folder.AccountFile(directory)} can't be used: {fault.Message}",
                    "bring it back from a backup, or delete it: then a new account is made", fault);
            }
        }
        var made = AccountKey.Create();
        _folder.WriteAccount(directory, made.Pem);
        return made;
    }

    private TimeSpan Fail(AcmeOptions options, AcmeException fault)
    {
        _failed.Inc();
        var wait = RetryDelay.After(++_failures, fault, new AcmeLimits(), _random);
        _notBefore = _clock.GetUtcNow() + wait;
        // A restart does not shorten what the authority has asked for.
        if (fault.IsRateLimit)
            TryKeepPause(options.Directory, _notBefore);
        _log.Failed(options.Names, fault, _notBefore);
        if (_failures > 1)
            Failed?.Invoke(string.Join(' ', options.Names), $"{fault.Message} ({fault.Remedy ?? "it is tried again"})");
        return wait;
    }

    private void TryKeepPause(Uri directory, DateTimeOffset until)
    {
        try
        {
            _folder.WritePause(directory, until);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _log.StoredUnusable(_folder.CertificateFile, fault.Message);
        }
    }

    private void UseStored()
    {
        try
        {
            if (_folder.ReadCertificate() is { } file)
                Use(StoredCertificate.Of(file));
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _log.StoredUnusable(_folder.CertificateFile, fault.Message);
        }
    }

    private void Use(StoredCertificate stored)
    {
        Volatile.Write(ref _stored, stored);
        if (Options is not null)
            _store.Install(stored.Entry);
        var certificate = stored.Entry.Certificate;
        _log.InUse(string.Join(' ', stored.Entry.Names), certificate.Issuer, Expiry(stored));
    }

    private void Plan(StoredCertificate stored, DateTimeOffset due)
    {
        if (due == _planned)
            return;
        _planned = due;
        _log.Planned(string.Join(' ', stored.Entry.Names), due, Expiry(stored));
    }

    /// <summary>Challenges arrive where the start has bound a listener for them; a changed one waits for the next start.</summary>
    private bool IsBound(AcmeOptions options) =>
        _bound is not null && _bound.Challenge == options.Challenge && _bound.ListenOn.Equals(options.ListenOn);

    private static DateTimeOffset Expiry(StoredCertificate stored) => new(stored.Entry.Certificate.NotAfter.ToUniversalTime());

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
