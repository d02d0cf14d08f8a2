using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A stub resolver. It asks recursive servers in turn, follows aliases that they leave unresolved, and caches answers. Concurrent look-ups
/// of the same name share one query. Safe for concurrent use.
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
    private readonly ConcurrentDictionary<DnsKey, Task<DnsAnswer>> _pending = new();
    private readonly SemaphoreSlim _sockets;
    private readonly DnsMetrics? _metrics;
    private int _pendingCount;

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
        _sockets = new SemaphoreSlim(options.MostQueries);
    }

    internal int CachedCount => _cache.Count;

    internal long CachedSize => _cache.Size;

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var key = DnsKey.Of(name, type);
        return Find(key) is { } known ? new ValueTask<DnsAnswer>(known) : AskAsync(key, cancellationToken);
    }

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => Find(DnsKey.Of(name, type));

    private DnsAnswer? Find(DnsKey key)
    {
        if (_cache.Find(key) is not { } known)
            return null;
        _metrics?.CountCached(key.Type);
        return known;
    }

    private async ValueTask<DnsAnswer> AskAsync(DnsKey key, CancellationToken cancellationToken)
    {
        if (!DnsName.IsName(key.Name))
            return DnsAnswer.Without(DnsStatus.NoSuchName, key.Name, "not a name");
        var asking = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _pending.GetOrAdd(key, asking.Task);
        if (shared == asking.Task)
            _ = AnswerAsync(key, asking);
        // Cancelling ends this wait only: the query goes on for other callers until its own time-out.
        return await shared.WaitAsync(cancellationToken);
    }

    private async Task AnswerAsync(DnsKey key, TaskCompletionSource<DnsAnswer> asking)
    {
        try
        {
            var answer = Interlocked.Increment(ref _pendingCount) <= _options.MostPending
                ? await InTimeAsync(key)
                : DnsAnswer.Without(DnsStatus.Failure, key.Name, "too many look-ups at the same time");
            _metrics?.Count(key.Type, answer.Status);
            _pending.TryRemove(key, out _);
            asking.SetResult(answer);
        }
        catch (Exception fault)
        {
            // A bug: report it to every caller that waits.
            _pending.TryRemove(key, out _);
            asking.SetException(fault);
        }
        finally
        {
            Interlocked.Decrement(ref _pendingCount);
        }
    }

    private async ValueTask<DnsAnswer> InTimeAsync(DnsKey key)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, _clock);
        DnsAnswer answer;
        var timeToLive = _options.FailureCache;
        try
        {
            await _sockets.WaitAsync(deadline.Token);
            try
            {
                (answer, timeToLive) = await FollowAsync(key.Name, key.Type, deadline.Token);
            }
            finally
            {
                _sockets.Release();
            }
        }
        catch (OperationCanceledException)
        {
            var within = _options.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            answer = DnsAnswer.Without(DnsStatus.Timeout, key.Name, $"no answer within {within} s");
        }
        _cache.Keep(key, answer, timeToLive);
        return answer;
    }

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
        return message.Truncated ? await _exchange(server, query, true, cancellationToken) : message;
    }
}
