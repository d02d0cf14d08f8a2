using System.Collections.Concurrent;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A stub resolver: asks recursive servers one after the other, follows aliases that they leave open, and keeps what it learns. The same question that is under way
/// for somebody else is not asked twice. Safe for concurrent use.
/// </summary>
public sealed class DnsResolver : IDnsResolver
{
    /// <summary>Aliases in a row; the longest chains in use have about five.</summary>
    private const int MostAliases = 12;

    /// <summary>Each server is asked this often.</summary>
    private const int Rounds = 2;

    private readonly DnsResolverOptions _options;
    private readonly TimeProvider _clock;
    private readonly DnsExchange _exchange;
    private readonly DnsCache _cache;
    private readonly ConcurrentDictionary<(string Name, DnsRecordType Type), Task<DnsAnswer>> _underWay = new();

    public DnsResolver(DnsResolverOptions options, TimeProvider clock)
        : this(options, clock, DnsSockets.ExchangeAsync)
    {
    }

    internal DnsResolver(DnsResolverOptions options, TimeProvider clock, DnsExchange exchange)
    {
        _options = options;
        _clock = clock;
        _exchange = exchange;
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
            DnsMetrics.CountCached(type);
            return known;
        }
        var asking = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _underWay.GetOrAdd((name, type), asking.Task);
        if (shared == asking.Task)
            _ = AnswerAsync(name, type, asking);
        // Whoever waits may stop waiting; the question goes on for the others, bounded by its own time.
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
            // A bug; whoever waits must hear of it.
            _underWay.TryRemove((name, type), out _);
            asking.SetException(fault);
            return;
        }
        DnsMetrics.Count(type, answer.Status);
        _underWay.TryRemove((name, type), out _);
        asking.SetResult(answer);
    }

    /// <summary>A recursive server gives the whole chain of aliases in one answer, as a rule; what it leaves open is asked for.</summary>
    private async ValueTask<(DnsAnswer Answer, TimeSpan TimeToLive)> FollowAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
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

    private async ValueTask<(DnsMessage? Message, string? Problem)> AskServersAsync(byte[] wireName, DnsRecordType type, CancellationToken cancellationToken)
    {
        var problem = "no servers";
        var edns = true;
        var tries = _options.Servers.Count * Rounds;
        for (var number = 0; number < tries; number++)
        {
            var server = _options.Servers[number % _options.Servers.Count];
            // Each try has its share, so that a dead server leaves time for the next.
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
