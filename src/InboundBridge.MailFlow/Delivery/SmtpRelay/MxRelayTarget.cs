using System.Collections.Concurrent;
using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// Hands mail to the recipients' own mail exchangers (<c>relay: { mx: true }</c>). The recipients of each domain go their own way,
/// and a domain that is down says nothing about the others, so every outcome but success is for the recipient.
/// </summary>
public sealed class MxRelayTarget : IDeliveryTarget
{
    /// <summary>Domains of one mail that are served at the same time.</summary>
    private const int DomainsAtOnce = 8;

    /// <summary>Beyond this many servers, those without an idle connection are forgotten.</summary>
    private const int MostPools = 256;

    private readonly RelayOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SmtpDial _dial;
    private readonly MailExchangers _exchangers;
    private readonly ConcurrentDictionary<MailExchanger, SmtpConnectionPool> _pools = new();

    /// <exception cref="IOException">The file of trusted certificates can't be read.</exception>
    public MxRelayTarget(RelayOptions options, IDnsResolver dns, TimeProvider clock, ILogger<MxRelayTarget> log)
        : this(options, dns, clock, log, new Random(Environment.TickCount), SmtpSockets.DialAsync)
    {
    }

    internal MxRelayTarget(RelayOptions options, IDnsResolver dns, TimeProvider clock, ILogger<MxRelayTarget> log, Random random, SmtpDial dial)
    {
        _options = options;
        _clock = clock;
        _log = log;
        _dial = dial;
        _exchangers = new MailExchangers(dns, options.Hostname, random, options.AllowPrivateAddresses);
        Template = RelayClient.Options(options, new SmtpEndpoint("", options.Port)) with { RefuseOwnName = true };
    }

    private SmtpClientOptions Template { get; }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        using var outgoing = await OutgoingMessage.ComposeAsync(attempt.Content, attempt.Delivery.HeaderEdits, string.Empty, cancellationToken);
        var message = SmtpHandOver.Message(attempt, outgoing);
        var recipients = attempt.Delivery.Recipients;
        var replies = new SmtpReply[recipients.Count];
        var domains = Enumerable.Range(0, recipients.Count).GroupBy(index => Domain(recipients[index]), StringComparer.OrdinalIgnoreCase);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = DomainsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(domains, limits, async (domain, stop) =>
        {
            var result = await SendAsync(domain.Key, message with { Recipients = [.. domain.Select(index => message.Recipients[index])] }, stop);
            foreach (var (index, reply) in domain.Zip(result))
                replies[index] = reply;
        });
        return SmtpVerdict.Of(new SmtpSendResult(SmtpSendStage.Recipients, replies), recipients);
    }

    /// <summary>There is no server to ask: whether the resolver works is seen from any name.</summary>
    public async ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken)
    {
        var (_, refusal) = await _exchangers.FindAsync(_options.Hostname, cancellationToken);
        // Many machines know their own name as an address of their own.
        var isBroken = refusal is { IsTransientFailure: true } and not { Reason: MailExchangers.PrivateAddress };
        return isBroken ? new DeliveryOutcome.RetryLater(SmtpVerdict.Text(refusal!)) : new DeliveryOutcome.Delivered("names can be looked up");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync();
    }

    /// <summary>RFC 5321 §5.1: the next host is tried when one can't be talked to; what a host says to the mail itself counts.</summary>
    private async ValueTask<IReadOnlyList<SmtpReply>> SendAsync(string domain, SmtpClientMessage message, CancellationToken cancellationToken)
    {
        var (exchangers, last) = await _exchangers.FindAsync(domain, cancellationToken);
        if (last?.Reason == MailExchangers.PrivateAddress)
            _log.PrivateAddress(_options.Name, domain);
        foreach (var exchanger in exchangers)
        {
            var result = await PoolFor(exchanger).SendAsync(message, cancellationToken);
            if (result.Stage != SmtpSendStage.Connect)
                return result.Replies;
            var reply = result.Replies[0];
            // Whatever its code, a refusal to talk to us says nothing about the mail; but mail that would come back to us never will be taken.
            last = reply.IsPermanentFailure && reply.Reason != "loop" ? reply with { Code = 451, Enhanced = null, LogDetail = $"{reply.Code}, taken for 451" } : reply;
        }
        return [.. message.Recipients.Select(_ => last!)];
    }

    private SmtpConnectionPool PoolFor(MailExchanger exchanger)
    {
        if (_pools.Count >= MostPools)
        {
            foreach (var (key, idle) in _pools)
            {
                // One that is in use goes on to the end of its mail and then closes.
                if (idle.IdleCount == 0 && _pools.TryRemove(key, out var gone))
                    _ = gone.DisposeAsync().AsTask();
            }
        }
        return _pools.GetOrAdd(exchanger, Open);
    }

    private SmtpConnectionPool Open(MailExchanger exchanger)
    {
        var client = Template with { Server = new SmtpEndpoint(exchanger.Address.ToString(), _options.Port), CertificateName = exchanger.Host };
        return RelayClient.Pool(_options, client, _dial, _clock, _log);
    }

    private static string Domain(MailRecipient recipient) => recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..];
}
