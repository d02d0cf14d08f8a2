using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.Certificates;

/// <summary>
/// The certificates in force. When a file changes on disk the set is read again and replaced as a whole; a set that can't be read leaves
/// the old one in place and is logged. Open connections keep their certificate.
/// </summary>
internal sealed partial class CertificateStore : IDisposable
{
    /// <summary>Renewal tools write two files one after the other: wait until both are there.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _clock;
    private readonly ILogger<CertificateStore> _log;
    private readonly Lock _gate = new();
    private readonly ITimer _settled;
    private List<FileSystemWatcher> _watchers = [];
    private TlsOptions _options;
    private CertificateSet _files;
    private CertificateSet.Entry? _issued;
    private CertificateSet _current;
    private string _read;
    private int _isSettling;

    /// <param name="read">The set of these options, where it has been read already.</param>
    /// <exception cref="CertificateException">A certificate can't be used.</exception>
    public CertificateStore(
        TlsOptions options, MetricRegistry metrics, TimeProvider clock, ILogger<CertificateStore> log, CertificateSet? read = null)
    {
        (_options, _clock, _log) = (options, clock, log);
        _read = Content(options);
        _current = _files = read ?? CertificateSet.Load(options);
        _settled = clock.CreateTimer(_ => Settled(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Follow(options);
        metrics.Observe("tls_certificate_expiry_seconds", "Seconds until a certificate expires", ["name"], () =>
            Current.Named.Select(one => new MetricReading((one.Entry.End - clock.GetUtcNow()).TotalSeconds, one.Name)));
        metrics.Observe("tls_certificate_lifetime_seconds", "Seconds from a certificate's begin to its end", ["name"], () =>
            Current.Named.Select(one => new MetricReading(one.Entry.Lifetime.TotalSeconds, one.Name)));
    }

    /// <summary>What is in force.</summary>
    public TlsOptions Options => Volatile.Read(ref _options);

    /// <summary>True without certificates: TLS is then not available.</summary>
    public bool IsEmpty => Current.Entries.Count == 0;

    public CertificateSet Current => Volatile.Read(ref _current);

    /// <summary>Called after each change: a first certificate makes STARTTLS available, and the last one takes it away.</summary>
    public Action? Changed { get; set; }

    /// <summary>Told why changed files can't be used; the old certificates stay in use. It must return at once.</summary>
    public Action<string>? ReloadFailed { get; set; }

    /// <summary>
    /// Puts a certificate of <c>tls.acme</c> in force, before those of the files, from the next handshake on; null takes it away.
    /// </summary>
    public void Install(CertificateSet.Entry? issued)
    {
        lock (_gate)
        {
            _issued = issued;
            Volatile.Write(ref _current, _files.Behind(issued));
        }
        Changed?.Invoke();
    }

    /// <summary>The options of one handshake.</summary>
    /// <param name="askClient">The client may show a certificate.</param>
    public SslServerAuthenticationOptions OptionsFor(string? serverName, bool askClient = false)
    {
        var (current, protocols) = (Current, Options.Protocols);
        // A reload may have removed the last certificate after a session offered STARTTLS.
        return new()
        {
            ServerCertificateContext = current.Entries.Count > 0
                ? current.Select(serverName, _clock.GetUtcNow()).Context
                : throw new AuthenticationException("there is no certificate any more"),
            EnabledSslProtocols = protocols == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : protocols,
            ClientCertificateRequired = askClient,
            CertificateChainPolicy = askClient ? current.ClientPolicy() : null,
        };
    }

    /// <summary>Puts another configuration in force, whose certificates have been read, from the next handshake on.</summary>
    public void Replace(TlsOptions options, CertificateSet certificates)
    {
        Volatile.Write(ref _options, options);
        Use(certificates);
        Volatile.Write(ref _read, Content(options));
        Follow(options);
    }

    /// <summary>The cipher suites of one handshake; null: the platform's own.</summary>
    public CipherSuitesPolicy? CiphersFor(SslProtocols offered) =>
        Options.Ciphers.PolicyFor(
            offered, Options.Protocols == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : Options.Protocols);

    /// <summary>Reads the files again; keeps the old set if they can't be used.</summary>
    public void Reload()
    {
        try
        {
            var options = Options;
            Use(CertificateSet.Load(options));
            Reloaded(options.Certificates.Count);
        }
        catch (CertificateException exception)
        {
            NotReloaded(exception.Message);
            ReloadFailed?.Invoke(exception.Message);
        }
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers)
            watcher.Dispose();
        _settled.Dispose();
    }

    private void Use(CertificateSet files)
    {
        lock (_gate)
        {
            _files = files;
            Volatile.Write(ref _current, files.Behind(_issued));
        }
    }

    /// <summary>Watches the folders of these files.</summary>
    private void Follow(TlsOptions options)
    {
        lock (_gate)
        {
            var before = _watchers;
            _watchers = [.. Files(options).Select(Path.GetDirectoryName).Distinct(StringComparer.Ordinal).Select(folder => Watch(folder!))];
            // After the new ones are up, so that no change falls between them.
            foreach (var watcher in before)
                watcher.Dispose();
        }
    }

    private FileSystemWatcher Watch(string folder)
    {
        var watcher =
            new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
        watcher.Changed += (_, _) => Touch();
        watcher.Created += (_, _) => Touch();
        watcher.Renamed += (_, _) => Touch();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    /// <summary>
    /// The first change starts the wait, and later changes don't prolong it: constant
    /// changes in the folder must not delay a renewal for ever.
    /// </summary>
    private void Touch()
    {
        if (Interlocked.Exchange(ref _isSettling, 1) == 0)
            _settled.Change(SettleTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The change may have been of another file in the folder, such as a log.</summary>
    private void Settled()
    {
        Volatile.Write(ref _isSettling, 0);
        var content = Content(Options);
        if (Interlocked.Exchange(ref _read, content) != content)
            Reload();
    }

    private static IEnumerable<string> Files(TlsOptions options) =>
        options.Certificates.SelectMany(files => new[] { files.Certificate, files.Key }).Append(options.ClientAuthorities).OfType<string>();

    /// <summary>A fingerprint of the files' content. A file that can't be read counts as content too.</summary>
    private static string Content(TlsOptions options) => string.Join(' ', Files(options).Select(file =>
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.GetType().Name;
        }
    }));

    [LoggerMessage(
        EventId = 2711, EventName = "certificates_reloaded", Level = LogLevel.Information, Message = "certificates reloaded: {Count}")]
    private partial void Reloaded(int count);

    [LoggerMessage(
        EventId = 2712, EventName = "certificates_not_reloaded", Level = LogLevel.Error, Message =
        "the old certificates stay in use: {Problem}")]
    private partial void NotReloaded(string problem);
}
