using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A stub resolver. It asks recursive servers in turn, follows aliases that they leave unresolved, and caches answers. Concurrent look-ups
/// of the same name share one query, and clients share the resolver. Safe for concurrent use.
/// </summary>
public sealed class DnsResolver : IDnsResolver
{
    /// <summary>How often each server is asked.</summary>
    private const int Rounds = 2;

    /// <summary>The root's name on the wire.</summary>
    private static readonly byte[] Root = [0];

    private readonly DnsResolverOptions _options;
    private readonly TimeProvider _clock;
    private readonly DnsExchange _exchange;
    private readonly DnsCache _cache;
    private readonly DnsQueries _queries;
    private readonly DnsMetrics? _metrics;
    private readonly DnsOutage? _outage;

    /// <param name="metrics">Where lookups are counted; null: nowhere.</param>
    /// <param name="outage">Hears whether servers answer; null: nobody does.</param>
    public DnsResolver(DnsResolverOptions options, TimeProvider clock, DnsMetrics? metrics = null, DnsOutage? outage = null)
        : this(options, clock, DnsSockets.ExchangeAsync, metrics, outage)
    {
    }

    internal DnsResolver(
        DnsResolverOptions options, TimeProvider clock, DnsExchange exchange, DnsMetrics? metrics = null, DnsOutage? outage = null)
    {
        _outage = outage;
        _options = options;
        _clock = clock;
        _exchange = exchange;
        _metrics = metrics;
        _cache = new DnsCache(options, clock);
        _queries = new DnsQueries(options, clock, AnswerAsync, KeepFailure, metrics);
    }

    internal int CachedCount => _cache.Count;

    internal long CachedSize => _cache.Size;

    /// <summary>Questions under way, and the clients that asked them.</summary>
    internal (int Queries, int Clients) Held => _queries.Held;

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
        LookUpAsync(DnsAsker.Ourselves, name, type, cancellationToken);

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => Find(DnsKey.Of(name, type));

    public IDnsResolver For(UInt128 client) => new ClientResolver(this, new DnsAsker(client, IsUrgent: false));

    internal ValueTask<DnsAnswer> LookUpAsync(DnsAsker asker, string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<DnsAnswer>(cancellationToken);
        var key = DnsKey.Of(name, type);
        if (Find(key) is { } known)
            return new ValueTask<DnsAnswer>(known);
        return DnsName.IsName(key.Name)
            ? _queries.AskAsync(asker, key, cancellationToken)
            : new ValueTask<DnsAnswer>(DnsAnswer.Without(DnsStatus.NoSuchName, key.Name, "not a name"));
    }

    private DnsAnswer? Find(DnsKey key)
    {
        if (_cache.Find(key) is not { } known)
            return null;
        _metrics?.CountCached(key.Type);
        return known;
    }

    private async ValueTask<DnsAnswer> AnswerAsync(PendingQuery pending, CancellationToken cancellationToken)
    {
        var (answer, timeToLive) = await FollowAsync(pending, cancellationToken);
        // That a client has asked too much says nothing about the name, so nobody else may learn it from the cache. A turn that came late
        // does not change that.
        if (answer.IsTemporary && pending.HadToWaitForTcp)
            return answer with { IsCrowdedOut = true };
        _cache.Keep(pending.Key, answer, timeToLive);
        return answer;
    }

    private void KeepFailure(DnsKey key, DnsAnswer answer) => _cache.Keep(key, answer, _options.FailureCache);

    /// <summary>A recursive server usually returns the whole chain of aliases in one answer. If it doesn't, the rest is queried.</summary>
    private async ValueTask<(DnsAnswer Answer, TimeSpan TimeToLive)> FollowAsync(PendingQuery pending, CancellationToken cancellationToken)
    {
        var (name, type) = pending.Key;
        var chain = new DnsChain(DnsName.Escape(name), type);
        while (true)
        {
            var asked = chain.Aliases == 0 ? name : chain.Name;
            if (DnsName.ToWire(asked) is not { } wireName)
                return (DnsAnswer.Without(DnsStatus.NoSuchName, asked, "an alias to what is no name"), TimeSpan.Zero);
            var (message, problem) = await AskServersAsync(pending, wireName, cancellationToken);
            if (message is null)
                return (DnsAnswer.Without(DnsStatus.Failure, asked, problem), _options.FailureCache);
            chain.Take(message, message.AuthenticData && _options.TrustsAuthenticatedData);
            if (chain.IsEndless)
                return (DnsAnswer.Without(DnsStatus.Failure, chain.Name, "aliases without end"), _options.FailureCache);
            if (chain.Answer is { } answer)
                return (answer, chain.TimeToLive);
        }
    }

    private async ValueTask<(DnsMessage? Message, string? Problem)> AskServersAsync(
        PendingQuery pending, byte[] wireName, CancellationToken cancellationToken)
    {
        var problem = "no servers";
        var edns = true;
        var tries = _options.Servers.Count * Rounds;
        for (var number = 0; number < tries; number++)
        {
            var server = _options.Servers[number % _options.Servers.Count];
            // Each try gets a share of the time, so that a dead server leaves time for the next.
            var time = _options.Timeout / tries;
            using var share = new CancellationTokenSource(time, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                var query = DnsQuery.Create(wireName, pending.Key.Type, edns);
                var message = await _exchange(server, query, false, either.Token);
                if (message.Truncated)
                    message = await AskOverTcpAsync(pending, server, query, share, time, either.Token);
                problem = ProblemOf(server, message);
                if (problem is null)
                {
                    _outage?.Answered();
                    return (message, null);
                }
                edns &= message.ResponseCode is not (DnsMessage.FormatError or DnsMessage.NotImplemented or DnsMessage.BadVersion);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = Silent(server);
                if (number == tries - 1)
                {
                    NoteFailure();
                    throw;
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                problem = ProblemOf(server, fault);
            }
            NoteFailure();
        }
        return (null, problem);
    }

    private void NoteFailure()
    {
        if (_outage is { } outage && outage.Failed())
            _ = TryServersAsync(outage);
    }

    /// <summary>Asks each server once for the root of the DNS, until one answers. At most one such trial runs at a time.</summary>
    private async Task TryServersAsync(DnsOutage outage)
    {
        string? problem = null;
        foreach (var server in _options.Servers)
        {
            using var limit = new CancellationTokenSource(DnsOutage.Patience / 2 / _options.Servers.Count, _clock);
            try
            {
                var message = await _exchange(server, DnsQuery.Create(Root, DnsRecordType.A, edns: false), false, limit.Token);
                problem = ProblemOf(server, message);
                if (problem is null)
                    break;
            }
            catch (OperationCanceledException)
            {
                problem = Silent(server);
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                problem = ProblemOf(server, fault);
            }
        }
        outage.Tried(_options.Servers, problem);
    }

    /// <summary>Why the answer can't be used; null when it can, if only to say that there is no such name.</summary>
    private static string? ProblemOf(IPEndPoint server, DnsMessage message) =>
        message.ResponseCode is DnsMessage.NoError or DnsMessage.NameError ? null : $"{server} answered {CodeOf(message)}";

    private static string CodeOf(DnsMessage message) => message.ResponseCode switch
    {
        1 => "FORMERR",
        2 => "SERVFAIL",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => $"with code {message.ResponseCode}",
    };

    private static string ProblemOf(IPEndPoint server, Exception fault) => $"{server}: {fault.GetBaseException().Message}";

    private static string Silent(IPEndPoint server) => $"{server} did not answer in time";

    /// <param name="share">Ends the try.</param>
    /// <param name="time">What a try has.</param>
    private async ValueTask<DnsMessage> AskOverTcpAsync(
        PendingQuery pending, IPEndPoint server, DnsQuery query, CancellationTokenSource share, TimeSpan time,
        CancellationToken cancellationToken)
    {
        try
        {
            var turn = _queries.Tcp.Enter(pending);
            if (!turn.IsCompleted)
            {
                // The server can't answer during the wait, so the wait takes nothing of its time. The question's own time bounds it.
                share.CancelAfter(Timeout.InfiniteTimeSpan);
                await turn.WaitAsync(cancellationToken);
                pending.GrantTcpTime();
                share.CancelAfter(time);
            }
            return await _exchange(server, query, true, cancellationToken);
        }
        finally
        {
            _queries.Tcp.Leave(pending);
        }
    }
}
