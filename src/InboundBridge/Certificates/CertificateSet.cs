using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Certificates;

/// <summary>
/// The server's certificates, read and ready for handshakes; chosen by SNI (RFC 6066 §3). Immutable: a reload makes a new set.
/// </summary>
internal sealed class CertificateSet
{
    /// <summary>In the configuration's order for each name, or pattern of names.</summary>
    private readonly Dictionary<string, List<Entry>> _byName = new(StringComparer.OrdinalIgnoreCase);

    private readonly X509Certificate2Collection? _clientAuthorities;

    private CertificateSet(List<Entry> entries, X509Certificate2Collection? clientAuthorities)
    {
        Entries = entries;
        _clientAuthorities = clientAuthorities;
        foreach (var entry in entries)
        {
            foreach (var name in entry.Names)
            {
                if (!_byName.TryGetValue(name, out var named))
                    _byName[name] = named = [];
                named.Add(entry);
            }
        }
    }

    /// <summary>In the configuration's order; the first serves peers that name no host, or an unknown one.</summary>
    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>
    /// Each with the name by which people are told of it: its file's, with the path where two files have the same name, as those of
    /// certbot do.
    /// </summary>
    public IEnumerable<(string Name, Entry Entry)> Named
    {
        get
        {
            var counts = Entries.Select(entry => Path.GetFileName(entry.File)).CountBy(name => name, StringComparer.Ordinal)
                .ToDictionary(StringComparer.Ordinal);
            return Entries.Select(entry => (counts[Path.GetFileName(entry.File)] == 1 ? Path.GetFileName(entry.File) : entry.File, entry));
        }
    }

    public static CertificateSet Empty { get; } = new([], null);

    /// <exception cref="CertificateException">A file is missing or is not PEM, or the key belongs to another certificate.</exception>
    public static CertificateSet Load(TlsOptions options) =>
        new([.. options.Certificates.Select(Read)], options.ClientAuthorities is { } file ? ReadAuthorities(file) : null);

    /// <summary>How a client's certificate is verified; null: against the system's authorities.</summary>
    public X509ChainPolicy? ClientPolicy()
    {
        if (_clientAuthorities is null)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_clientAuthorities);
        return policy;
    }

    /// <summary>
    /// The first certificate for the name that is valid now; if none is, the first one for it. A peer that names no host, or an unknown
    /// one, gets the first of all, or in its place a valid one for one of its names.
    /// </summary>
    public Entry Select(string? serverName, DateTimeOffset now)
    {
        Entry? outdated = null;
        if (!string.IsNullOrEmpty(serverName))
        {
            foreach (var entry in For(serverName))
            {
                if (entry.IsValidAt(now))
                    return entry;
                outdated ??= entry;
            }
        }
        if (outdated is not null || Entries[0].IsValidAt(now))
            return outdated ?? Entries[0];
        return Entries[0].Names.SelectMany(For).FirstOrDefault(entry => entry.IsValidAt(now)) ?? Entries[0];
    }

    /// <summary>A set of what <see cref="Read"/> and <see cref="ReadAuthorities"/> gave.</summary>
    public static CertificateSet Of(IEnumerable<Entry> entries, X509Certificate2Collection? clientAuthorities) =>
        new([.. entries], clientAuthorities);

    /// <exception cref="CertificateException">The file is missing or is not PEM.</exception>
    public static X509Certificate2Collection ReadAuthorities(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"client authorities {file}: {exception.Message}", exception);
        }
    }

    /// <exception cref="CertificateException">A file is missing or is not PEM, or the key belongs to another certificate.</exception>
    public static Entry Read(CertificateFiles files)
    {
        try
        {
            return Read(files.Certificate, File.ReadAllText(files.Certificate), File.ReadAllText(files.Key));
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            throw new CertificateException($"certificate {files.Certificate} with key {files.Key}: {exception.Message}", exception);
        }
    }

    /// <param name="file">The file's name, or the certificate's.</param>
    /// <param name="chain">PEM, the leaf first.</param>
    /// <param name="key">PEM.</param>
    /// <exception cref="CryptographicException">One of them is not PEM, or the key belongs to another certificate.</exception>
    /// <exception cref="ArgumentException">As <see cref="CryptographicException"/>.</exception>
    public static Entry Read(string file, string chain, string key)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(chain);
        using var pem = X509Certificate2.CreateFromPem(chain, key);
        // A key read from PEM is bound to this process's memory only after a round trip through PKCS #12.
        var leaf = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        certificates.RemoveAt(0);
        return new Entry(file, leaf, SslStreamCertificateContext.Create(leaf, certificates, offline: true), NamesOf(leaf));
    }

    /// <summary>This set with another certificate before the others: it serves its own names, and clients that name no host.</summary>
    public CertificateSet Behind(Entry? first) => first is null ? this : new([first, .. Entries], _clientAuthorities);

    /// <summary>Those for exactly this name, then those for a pattern that it fits.</summary>
    private IEnumerable<Entry> For(string name)
    {
        var exact = _byName.GetValueOrDefault(name, []);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _byName.TryGetValue($"*{name[dot..]}", out var fitting) ? exact.Concat(fitting) : exact;
    }

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        var names =
            certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())
                .ToList();
        if (names.Count == 0)
            names.Add(certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false));
        return names;
    }

    /// <param name="File">The certificate's file: the metric's <c>name</c> label.</param>
    internal sealed record Entry(
        string File, X509Certificate2 Certificate, SslStreamCertificateContext Context, IReadOnlyList<string> Names)
    {
        public DateTimeOffset Begin { get; } = new(Certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);

        public DateTimeOffset End { get; } = new(Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

        public TimeSpan Lifetime => End - Begin;

        public bool IsValidAt(DateTimeOffset time) => Begin <= time && time < End;
    }
}

/// <summary>A certificate that can't be used, in words for the operator.</summary>
internal sealed class CertificateException(string message, Exception inner) : Exception(message, inner);
