using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Domains;

namespace InboundBridge.Publishing;

/// <summary>What a domain is for, by the configuration. It decides which records the domain needs.</summary>
internal sealed class DomainRole
{
    public DomainRole(ApplianceOptions options, string domain)
    {
        var own = new LocalDomains(options.Domains);
        var relays = options.Destinations
            .Select(destination => (destination.Name, Relay: destination.As<RelayOptions>()))
            .Where(each => each.Relay is not null).Select(each => (each.Name, Relay: each.Relay!)).ToArray();
        var keys = relays.SelectMany(each => KeysOf(each.Relay)).Distinct().ToArray();
        IsOwn = own.Contains(domain);
        IsReturnPath = relays.Any(each => Is(each.Relay.Srs?.Domain));
        Keys = [.. keys.Where(key => Is(key.Domain))];
        IsAuthor = relays.Any(each => each.Relay.Dkim.Any(key => Is(key.Domain)));
        SentBy =
        [
            .. relays.Where(each => Is(each.Relay.Srs?.Domain) || (each.Name == options.TlsReports?.Via && Is(ReportDomain(options))))
                .Select(each => each.Relay),
        ];
        SeeAlso =
        [
            .. relays.Select(each => each.Relay.Srs?.Domain).OfType<string>()
                .Concat(keys.Select(key => key.Domain).Where(name => !own.Contains(name)))
                .Where(name => !Is(name)).Distinct(StringComparer.OrdinalIgnoreCase),
        ];

        bool Is(string? name) => domain.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>One of <c>domains</c>.</summary>
    public bool IsOwn { get; }

    /// <summary>A relay rewrites senders to addresses of this domain (SRS), and bounces come back to them.</summary>
    public bool IsReturnPath { get; }

    public bool TakesMail => IsOwn || IsReturnPath;

    /// <summary>The keys that sign or seal as this domain.</summary>
    public IReadOnlyList<SigningKeyOptions> Keys { get; }

    /// <summary>Mail is signed as this domain (DKIM), so that it is the domain in From.</summary>
    public bool IsAuthor { get; }

    /// <summary>The relays by which mail leaves with this domain in MAIL FROM, as far as the configuration says so.</summary>
    public IReadOnlyList<RelayOptions> SentBy { get; }

    /// <summary>Other domains that have records to publish, and that <c>domains</c> need not name.</summary>
    public IReadOnlyList<string> SeeAlso { get; }

    public bool IsKnown => TakesMail || Keys.Count > 0;

    private static IEnumerable<SigningKeyOptions> KeysOf(RelayOptions relay) =>
        relay.Arc is { } seal ? relay.Dkim.Append(seal) : relay.Dkim;

    private static string? ReportDomain(ApplianceOptions options) =>
        options.TlsReports is { } reports ? reports.From[(reports.From.LastIndexOf('@') + 1)..] : null;
}
