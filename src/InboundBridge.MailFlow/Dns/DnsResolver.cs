using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A stub resolver. It asks recursive servers in turn, follows aliases that they leave unresolved, and caches answers. Concurrent look-ups
/// of the same name share one query, and clients share the resolver. Safe for concurrent use.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle to free: nobody asks for one.")]
public sealed class DnsResolver : IDnsResolver
{
    /// <summary>How often each server is asked.</summary>
    private const int Rounds = 2;

    private readonly DnsResolverOptions _options;
    private readonly TimeProvider _clock;
    private readonly DnsExchange _exchange;
    private readonly DnsCache _cache;
    private readonly DnsQueries _queries;
    private readonly SemaphoreSlim _tcp;
    private readonly DnsMetrics? _metrics;

    /// <param name="metrics">Where lookups are counted; null: nowhere.</param>
    public DnsResolver(DnsResolverOptions options, TimeProvider clock, DnsMetrics? metrics = null)
        : this(options, clock, DnsSockets.ExchangeAsync, metrics)
    {
    }

    internal DnsResolver(DnsResolverOptions options, TimeProvider clock, DnsExchange exchange, DnsMetrics? metrics = null)
    {
        _options = options;
        _clock = clock;
        _exchange = exchange;
        _metrics = metrics;
        _cache = new DnsCache(options, clock);
        _tcp = new SemaphoreSlim(options.MostTcp);
        _queries = new DnsQueries(options, clock, AnswerAsync, KeepFailure, metrics);
    }

    internal int CachedCount => _cache.Count;

    internal long CachedSize => _cache.Size;

    /// <summary>Questions under way, and the clients that asked them.</summary>
    internal (int Queries, int Clients) Held => _queries.Held;

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
        LookUpAsync(DnsShares.Ourselves, name, type, cancellationToken);

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => Find(DnsKey.Of(name, type));

    public IDnsResolver For(UInt128 client) => new ClientResolver(this, client);

    internal ValueTask<DnsAnswer> LookUpAsync(UInt128 client, string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<DnsAnswer>(cancellationToken);
        var key = DnsKey.Of(name, type);
        if (Find(key) is { } known)
            return new ValueTask<DnsAnswer>(known);
        return DnsName.IsName(key.Name)
            ? _queries.AskAsync(client, key, cancellationToken)
            : new ValueTask<DnsAnswer>(DnsAnswer.Without(DnsStatus.NoSuchName, key.Name, "not a name"));
    }

    private DnsAnswer? Find(DnsKey key)
    {
        if (_cache.Find(key) is not { } known)
            return null;
        _metrics?.CountCached(key.Type);
        return known;
    }

    private async ValueTask<DnsAnswer> AnswerAsync(DnsKey key, CancellationToken cancellationToken)
    {
        var (answer, timeToLive) = await FollowAsync(key.Name, key.Type, cancellationToken);
        _cache.Keep(key, answer, timeToLive);
        return answer;
    }

    private void KeepFailure(DnsKey key, DnsAnswer answer) => _cache.Keep(key, answer, _options.FailureCache);

    /// <summary>A recursive server usually returns the whole chain of aliases in one answer. If it doesn't, the rest is queried.</summary>
    private async ValueTask<(DnsAnswer Answer, TimeSpan TimeToLive)> FollowAsync(
        string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var chain = new DnsChain(DnsName.Escape(name), type);
        while (true)
        {
            var asked = chain.Aliases == 0 ? name : chain.Name;
            if (DnsName.ToWire(asked) is not { } wireName)
                return (DnsAnswer.Without(DnsStatus.NoSuchName, asked, "an alias to what is no name"), TimeSpan.Zero);
            var (message, problem) = await AskServersAsync(wireName, type, cancellationToken);
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
        byte[] wireName, DnsRecordType type, CancellationToken cancellationToken)
    {
        var problem = "no servers";
        var edns = true;
        var tries = _options.Servers.Count * Rounds;
        for (var number = 0; number < tries; number++)
        {
            var server = _options.Servers[number % _options.Servers.Count];
            // Each try gets a share of the time, so that a dead server leaves time for the next.
            using var share = new CancellationTokenSource(_options.Timeout / tries, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                var message = await AskAsync(server, DnsQuery.Create(wireName, type, edns), either.Token);
                if (message.ResponseCode is DnsMessage.NoError or DnsMessage.NameError)
                    return (message, null);
                problem = $"{server} answered with code {message.ResponseCode}";
                edns &= message.ResponseCode is not (DnsMessage.FormatError or DnsMessage.NotImplemented or DnsMessage.BadVersion);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = $"{server} did not answer in time";
                if (number == tries - 1)
                    throw;
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                problem = $"{server}: {fault.GetBaseException().Message}";
            }
        }
        return (null, problem);
    }

    private async ValueTask<DnsMessage> AskAsync(System.Net.IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        var message = await _exchange(server, query, false, cancellationToken);
        if (!message.Truncated)
            return message;
        await _tcp.WaitAsync(cancellationToken);
        try
        {
            return await _exchange(server, query, true, cancellationToken);
        }
        finally
        {
            _tcp.Release();
        }
    }
}
