using System.Collections.Concurrent;
using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// Sends mail to the recipients' own mail exchangers (<c>relay: { mx: true }</c>). The recipients of each domain are sent to separately,
/// and a failure of one domain says nothing about the others, so each recipient has an outcome of its own.
/// </summary>
public sealed class MxRelayTarget : IDeliveryTarget
{
    /// <summary>Domains of one mail that are sent to at the same time.</summary>
    private const int DomainsAtOnce = 8;

    /// <summary>Beyond this many pools, those without an idle connection are removed.</summary>
    private const int MostPools = 256;

    private readonly RelayOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SmtpDial _dial;
    private readonly MailExchangers _exchangers;
    private readonly RelayMailFactory _mails;
    private readonly ConcurrentDictionary<MailExchanger, SmtpConnectionPool> _pools = new();

    /// <exception cref="IOException">The file of trusted certificates or of a signing key can't be read.</exception>
    public MxRelayTarget(RelayOptions options, IDnsResolver dns, TimeProvider clock, ILogger<MxRelayTarget> log)
        : this(options, dns, clock, log, new Random(Environment.TickCount), SmtpSockets.DialAsync)
    {
    }

    internal MxRelayTarget(
        RelayOptions options, IDnsResolver dns, TimeProvider clock, ILogger<MxRelayTarget> log, Random random, SmtpDial dial)
    {
        _options = options;
        _clock = clock;
        _log = log;
        _dial = dial;
        _exchangers = new MailExchangers(dns, options.Hostname, random, options.AllowPrivateAddresses);
        _mails = new RelayMailFactory(options, clock);
        Template = RelayClient.Options(options, new SmtpEndpoint("", options.Port)) with { RefuseOwnName = true };
    }

    private SmtpClientOptions Template { get; }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        var message = await _mails.ComposeAsync(attempt, cancellationToken);
        var recipients = attempt.Delivery.Recipients;
        var replies = new HostReply[recipients.Count];
        var domains = Enumerable.Range(0, recipients.Count).GroupBy(index => Domain(recipients[index]), StringComparer.OrdinalIgnoreCase);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = DomainsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(domains, limits, async (domain, stop) =>
        {
            var part = message with { Recipients = [.. domain.Select(index => message.Recipients[index])] };
            foreach (var (index, reply) in domain.Zip(await SendAsync(domain.Key, part, stop)))
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

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync();
    }

    /// <summary>
    /// RFC 5321 §5.1: when no session with a host is possible, the next host is tried. A host's reply to the mail itself is final.
    /// </summary>
    private async ValueTask<IEnumerable<HostReply>> SendAsync(
        string domain, SmtpClientMessage message, CancellationToken cancellationToken)
    {
        var (exchangers, refusal) = await _exchangers.FindAsync(domain, cancellationToken);
        if (refusal?.Reason == MailExchangers.PrivateAddress)
            _log.PrivateAddress(_options.Name, domain);
        var last = new HostReply(refusal!, null);
        foreach (var exchanger in exchangers)
        {
            var result = await PoolFor(exchanger).SendAsync(message, cancellationToken);
            if (result.Stage != SmtpSendStage.Connect)
                return result.Replies.Select(each => new HostReply(each, exchanger.Host, result.OfferedDsn));
            var reply = result.Replies[0];
            // A refusal of the session says nothing about the mail, whatever its code is. But mail that loops back to us is never accepted.
            if (reply.IsPermanentFailure && reply.Reason != "loop")
                reply = reply with { Code = 451, Enhanced = null, LogDetail = $"{reply.Code}, taken for 451" };
            last = new HostReply(reply, exchanger.Host);
        }
        return Enumerable.Repeat(last, message.Recipients.Count);
    }

    private SmtpConnectionPool PoolFor(MailExchanger exchanger)
    {
        if (_pools.Count >= MostPools)
        {
            foreach (var (key, idle) in _pools)
            {
                // A connection in use finishes its mail and closes then.
                if (idle.IdleCount == 0 && _pools.TryRemove(key, out var gone))
                    _ = gone.DisposeAsync().AsTask();
            }
        }
        return _pools.GetOrAdd(exchanger, Open);
    }

    private SmtpConnectionPool Open(MailExchanger exchanger)
    {
        var server = new SmtpEndpoint(exchanger.Address.ToString(), _options.Port);
        var client = Template with { Server = server, CertificateName = exchanger.Host };
        return RelayClient.Pool(_options, client, _dial, _clock, _log);
    }

    private static string Domain(MailRecipient recipient) => recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..];
}
