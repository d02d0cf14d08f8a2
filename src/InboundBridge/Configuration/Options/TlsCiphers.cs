using System.Net.Security;
using System.Security.Authentication;

namespace InboundBridge.Configuration.Options;

/// <summary>Which cipher suites a handshake may end in (<c>tls.ciphers</c>). Two of the same name are equal.</summary>
/// <param name="name">As configured.</param>
/// <param name="suites">In the order in which we prefer them; empty: the platform's own.</param>
/// <param name="spares13">
/// Apply the list only to peers without TLS 1.3: .NET can't resume sessions of a handshake with
/// a list of suites, so peers with TLS 1.3 keep resumption.
/// </param>
internal sealed class TlsCiphers(string name, IReadOnlyList<TlsCipherSuite> suites, bool spares13 = false) : IEquatable<TlsCiphers>
{
    // Windows takes no list: the policy of the system applies there.
    private readonly CipherSuitesPolicy? _policy = suites.Count == 0 || OperatingSystem.IsWindows()
        || OperatingSystem.IsAndroid() ? null : new CipherSuitesPolicy(suites);

    /// <summary>
    /// For an MX any encryption is better than none (RFC 7435): a sender that finds no common suite continues in the clear, or not at all.
    /// Weaker suites come last, so that only a peer without better ones gets them.
    /// </summary>
    public static TlsCiphers Compatible { get; } = new("compatible", [.. CipherSuiteNames.All], spares13: true);

    /// <summary>The suites that .NET allows by default: TLS 1.3, and ECDHE with AES-GCM, ChaCha20 or AES-CBC-SHA2.</summary>
    public static TlsCiphers Modern { get; } = new("modern", []);

    /// <summary>TLS 1.3 has suites of its own. A list that names none of them allows all of them.</summary>
    public static TlsCiphers Of(IReadOnlyList<TlsCipherSuite> suites) => new(
        string.Join(':', suites), suites.Any(suite => CipherSuiteNames.OfVersion13.Contains(suite))
        ? suites : [.. CipherSuiteNames.OfVersion13, .. suites]);

    /// <summary>Null: the platform's own.</summary>
    /// <param name="offered">The versions that the peer speaks.</param>
    /// <param name="ours">The versions that we speak.</param>
    public CipherSuitesPolicy? PolicyFor(SslProtocols offered, SslProtocols ours) =>
        spares13 && (offered & ours).HasFlag(SslProtocols.Tls13) ? null : _policy;

    public bool Equals(TlsCiphers? other) => other?.ToString() == name;

    public override bool Equals(object? obj) => Equals(obj as TlsCiphers);

    public override int GetHashCode() => string.GetHashCode(name, StringComparison.Ordinal);

    public override string ToString() => name;
}
