using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.Iprev;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>
/// The checks of the sender's side of one configuration. They run beside the session: what a client, its envelope and a header tell is
/// looked up as soon as it is known, and awaited where an answer is needed. Safe for concurrent use.
/// </summary>
public sealed class SenderChecks
{
    private readonly IDnsResolver _resolver;
    private readonly TimeProvider _clock;

    public SenderChecks(SenderCheckOptions options, IDnsResolver resolver, TimeProvider clock)
    {
        (Options, _resolver, _clock) = (WithUnchecked(options), resolver, clock);
        Spf = options.Spf is { } spf ? new SpfCheck(spf, clock) : null;
        Iprev = options.Iprev is { } iprev ? new IprevCheck(iprev) : null;
        Lists = options.Lists.Count > 0 ? new DnsListCheck(options.Lists, clock) : null;
        Signatures = options.ChecksSignatures ? new SignatureVerifier(options.Signatures, clock) : null;
    }

    public SenderCheckOptions Options { get; }

    internal SpfCheck? Spf { get; }

    internal IprevCheck? Iprev { get; }

    internal DnsListCheck? Lists { get; }

    internal SignatureVerifier? Signatures { get; }

    /// <summary>Begins the look-ups about a client that has connected.</summary>
    /// <param name="client">Null: a proxy brings a client whose address it does not tell. What depends on it is unknown.</param>
    /// <param name="share">
    /// The client or network whose share of the resolver its look-ups and those of its mails take. Null: they count as our own.
    /// </param>
    /// <param name="told">What a trusted proxy says about the client's name, instead of looking it up; null: nothing.</param>
    public ClientCheck Connect(
        IPAddress? client, SenderCheckObserver? observer, UInt128? share = null, IprevVerdict? told = null) =>
        new(this, client, observer, share, told);

    /// <summary>The resolver for what a client causes.</summary>
    internal IDnsResolver ResolverFor(UInt128? share) => share is { } client ? _resolver.For(client) : _resolver;

    /// <summary>A budget for one check of a client.</summary>
    internal MailDnsBudget WithBudget(IDnsResolver dns) => new(dns, Options.Budget, _clock);

    /// <summary>The budget of one mail.</summary>
    internal MailDnsShares Shares(IDnsResolver dns) =>
        new(dns, Options.Budget, _clock, spf: Options.Spf is not null, policies: Options.Dmarc is not null);

    private static SenderCheckOptions WithUnchecked(SenderCheckOptions options)
    {
        if (options.Dmarc is not { } dmarc)
            return options;
        List<string> off = [];
        if (options.Spf is null)
            off.Add("SPF");
        if (!options.Signatures.Dkim)
            off.Add("DKIM");
        return off.Count == 0 ? options : options with { Dmarc = dmarc with { Unchecked = off } };
    }
}
