using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// Sends mail to the recipients' own mail exchangers (<c>relay: { mx: true }</c>). The recipients of each domain are sent to separately,
/// and a failure of one domain says nothing about the others, so each recipient has an outcome of its own. docs/transport-security.md says
/// which hosts may be used, and how.
/// </summary>
public sealed class MxRelayTarget : IDeliveryTarget
{
    /// <summary>Domains of one mail that are sent to at the same time.</summary>
    private const int DomainsAtOnce = 8;

    private readonly RelayOptions _options;
    private readonly ILogger _log;
    private readonly MailExchangers _exchangers;
    private readonly RelayMailFactory _mails;
    private readonly ExchangerChannels _channels;

    /// <param name="temporaryFolder">For large mails that are converted.</param>
    /// <exception cref="IOException">The file of trusted certificates or of a signing key can't be read.</exception>
    public MxRelayTarget(
        RelayOptions options, IDnsResolver dns, TimeProvider clock, ILogger<MxRelayTarget> log, string temporaryFolder,
        TransportServices transport)
        : this(options, dns, clock, log, temporaryFolder, new Random(Environment.TickCount), SmtpSockets.DialAsync, transport)
    {
    }

    /// <param name="transport">Null: every host is used opportunistically.</param>
    /// <param name="fetch">Fetches MTA-STS policies in tests; null: over HTTPS.</param>
    internal MxRelayTarget(
        RelayOptions options, IDnsResolver dns, TimeProvider clock, ILogger<MxRelayTarget> log, string temporaryFolder, Random random,
        SmtpDial dial, TransportServices? transport = null, MtaStsFetch? fetch = null)
    {
        _options = options;
        _log = log;
        _exchangers = new MailExchangers(dns, options.Hostname, random, options.AllowPrivateAddresses);
        _mails = new RelayMailFactory(options, temporaryFolder, clock, log);
        _channels = new ExchangerChannels(options, dns, dial, clock, log, transport, fetch);
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        await using var mail = await _mails.ComposeAsync(attempt, cancellationToken);
        var recipients = attempt.Delivery.Recipients;
        var replies = new HostReply[recipients.Count];
        var domains = Enumerable.Range(0, recipients.Count).GroupBy(index => Domain(recipients[index]), StringComparer.OrdinalIgnoreCase);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = DomainsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(domains, limits, async (domain, stop) =>
        {
            var part = mail.Message with { Recipients = [.. domain.Select(index => mail.Message.Recipients[index])] };
            foreach (var (index, reply) in domain.Zip(await SendAsync(domain.Key, mail, part, attempt.Content, stop)))
                replies[index] = reply;
        });
        return SmtpOutcome.Of(SmtpSendStage.Recipients, replies, recipients);
    }

    /// <summary>There is no server to probe, so the resolver is: any name shows whether it works.</summary>
    public async ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken)
    {
        var (_, refusal) = await _exchangers.FindAsync(_options.Hostname, cancellationToken);
        // On many machines the own name resolves to a private address.
        var isBroken = refusal is { IsTransientFailure: true } and not { Reason: MailExchangers.PrivateAddress };
        return isBroken
            ? new DeliveryOutcome.RetryLater(new HostReply(refusal!, null).ToDeliveryReply())
            : new DeliveryOutcome.Delivered("names can be looked up");
    }

    public ValueTask DisposeAsync() => _channels.DisposeAsync();

    /// <summary>
    /// RFC 5321 §5.1: when no session with a host is possible, the next host is tried. A host's reply to the mail itself is final.
    /// </summary>
    private async ValueTask<IEnumerable<HostReply>> SendAsync(
        string domain, RelayMail mail, SmtpClientMessage part, MailContent content, CancellationToken cancellationToken)
    {
        var (exchangers, refusal) = await _exchangers.FindAsync(domain, cancellationToken);
        if (refusal?.Reason == MailExchangers.PrivateAddress)
            _log.PrivateAddress(_options.Name, domain);
        var last = new HostReply(refusal!, null);
        if (exchangers.Count == 0)
            return Enumerable.Repeat(last, part.Recipients.Count);
        var route = await _channels.RouteAsync(domain, part.RequireTls, content, cancellationToken);
        foreach (var exchanger in exchangers)
        {
            var policy = await route.PolicyOfAsync(exchanger, cancellationToken);
            var result = policy.Refusal is { } why
                ? _channels.Refuse(domain, exchanger, policy, why, part.Recipients.Count)
                : await _channels.SendAsync(domain, exchanger, policy, mail, part, cancellationToken);
            var reply = result.Replies[0];
            // RFC 8689 §4.2.1: another host may promise what REQUIRETLS asks for. A host that is unreachable now may do so later.
            if (reply.Reason == ExchangerChannels.NoRequireTls)
            {
                last = last.Reply is { IsTransientFailure: true } ? last : new HostReply(reply, exchanger.Host);
                continue;
            }
            if (result.Stage != SmtpSendStage.Connect)
                return result.Replies.Select(each => new HostReply(each, exchanger.Host, result.OfferedDsn));
            // A refusal of the session says nothing about the mail, whatever its code is. But mail that loops back to us is never accepted.
            if (reply.IsPermanentFailure && reply.Reason != "loop")
                reply = reply with { Code = 451, Enhanced = null, LogDetail = $"{reply.Code}, taken for 451" };
            last = new HostReply(reply, exchanger.Host);
        }
        return Enumerable.Repeat(last, part.Recipients.Count);
    }

    private static string Domain(MailRecipient recipient) => recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..];
}
