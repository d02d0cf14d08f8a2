using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.Iprev;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Spf;

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
        (Options, _resolver, _clock) = (options, resolver, clock);
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
    public ClientCheck Connect(IPAddress client, SenderCheckObserver? observer) => new(this, client, observer);

    /// <summary>The resolver for one mail, or for one connection, within its own budget.</summary>
    internal IDnsResolver WithBudget() => new MailDnsBudget(_resolver, Options.Budget, _clock);
}
