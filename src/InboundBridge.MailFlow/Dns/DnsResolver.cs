using System.Collections.Concurrent;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A stub resolver. It asks recursive servers in turn, follows aliases that they leave unresolved, and caches answers. Concurrent look-ups
/// of the same name share one query. Safe for concurrent use.
/// </summary>
public sealed class DnsResolver : IDnsResolver
{
    /// <summary>The longest chain of aliases. The longest in common use have about five.</summary>
    private const int MostAliases = 12;

    /// <summary>How often each server is asked.</summary>
    private const int Rounds = 2;

    private readonly DnsResolverOptions _options;
    private readonly TimeProvider _clock;
    private readonly DnsExchange _exchange;
    private readonly DnsCache _cache;
    private readonly ConcurrentDictionary<(string Name, DnsRecordType Type), Task<DnsAnswer>> _pending = new();
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
    }

    internal int CachedCount => _cache.Count;

    public async ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        name = DnsName.Trim(name).ToLowerInvariant();
        if (DnsName.ToWire(name) is null)
            return DnsAnswer.Without(DnsStatus.NoSuchName, name, "not a name");
        if (_cache.Find(name, type) is { } known)
        {
            _metrics?.CountCached(type);
            return known;
        }
        var asking = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _pending.GetOrAdd((name, type), asking.Task);
        if (shared == asking.Task)
            _ = AnswerAsync(name, type, asking);
        // Cancelling ends this wait only: the query goes on for other callers until its own time-out.
        return await shared.WaitAsync(cancellationToken);
    }

    private async Task AnswerAsync(string name, DnsRecordType type, TaskCompletionSource<DnsAnswer> asking)
    {
        DnsAnswer answer;
        using var deadline = new CancellationTokenSource(_options.Timeout, _clock);
        try
        {
            var (found, timeToLive) = await FollowAsync(name, type, deadline.Token);
            answer = found;
            _cache.Keep(name, type, found, timeToLive);
        }
        catch (OperationCanceledException)
        {
            answer = DnsAnswer.Without(DnsStatus.Timeout, name, $"no answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception fault)
        {
            // A bug: report it to every caller that waits.
            _pending.TryRemove((name, type), out _);
            asking.SetException(fault);
            return;
        }
        _metrics?.Count(type, answer.Status);
        _pending.TryRemove((name, type), out _);
        asking.SetResult(answer);
    }

    /// <summary>A recursive server usually returns the whole chain of aliases in one answer. If it doesn't, the rest is queried.</summary>
    private async ValueTask<(DnsAnswer Answer, TimeSpan TimeToLive)> FollowAsync(
        string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var chain = new DnsChain(name, type);
        while (true)
        {
            var asked = chain.Name;
            if (DnsName.ToWire(asked) is not { } wireName)
                return (DnsAnswer.Without(DnsStatus.NoSuchName, asked, "an alias to what is no name"), TimeSpan.Zero);
            var (message, problem) = await AskServersAsync(wireName, type, cancellationToken);
            if (message is null)
                return (DnsAnswer.Without(DnsStatus.Failure, asked, problem), TimeSpan.Zero);
            chain.Take(message, message.AuthenticData && _options.TrustsAuthenticatedData);
            if (chain.Aliases > MostAliases || chain.IsLoop)
                return (DnsAnswer.Without(DnsStatus.Failure, chain.Name, "aliases without end"), TimeSpan.Zero);
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
        return message.Truncated ? await _exchange(server, query, true, cancellationToken) : message;
    }
}
