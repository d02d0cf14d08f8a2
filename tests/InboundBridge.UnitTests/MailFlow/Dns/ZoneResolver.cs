using System.Collections.Concurrent;
using System.Net;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>
/// A resolver over a zone that the test writes: follows aliases, caches nothing, counts what it is asked. A name without records that has
/// names below it exists; every other name does not. <see cref="ZoneFile"/> reads the zones of the public suites.
/// </summary>
/// <param name="clock">For <see cref="Delay"/>.</param>
internal sealed class ZoneResolver(TimeProvider? clock = null) : IDnsResolver
{
    private const int MostAliases = 12;
    private const int TimeToLive = 60;

    private readonly Lock _lock = new();
    private readonly List<(string Name, DnsRecordType Type)> _asked = [];
    private readonly Dictionary<string, List<DnsRecord>> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, DnsStatus> _failures = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _unsigned = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _parents = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _crowdedOut = new(StringComparer.OrdinalIgnoreCase);
    private int _now;

    /// <summary>How long each answer takes, by the clock.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The servers of this domain and of all below it never answer; null: all answer.</summary>
    public string? Silent { get; set; }

    /// <summary>Whether a trusted resolver has validated the answers.</summary>
    public bool Authenticated { get; set; }

    /// <summary>All questions so far, with names in lower case.</summary>
    public IReadOnlyList<(string Name, DnsRecordType Type)> Asked
    {
        get
        {
            lock (_lock)
                return [.. _asked];
        }
    }

    /// <summary>The clients for whose share it was asked to look up.</summary>
    public ConcurrentQueue<UInt128> Clients { get; } = [];

    /// <summary>The names that were asked for before the client's others.</summary>
    public ConcurrentQueue<string> Urgently { get; } = [];

    /// <summary>The most questions that waited for an answer at the same time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Questions that wait for an answer now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    public ZoneResolver Address(string name, string ip) =>
        Add(new DnsRecord.Address(
            Clean(name), ip.Contains(':', StringComparison.Ordinal) ? DnsRecordType.Aaaa : DnsRecordType.A, TimeToLive,
            IPAddress.Parse(ip)));

    public ZoneResolver Alias(string name, string target) => Target(name, DnsRecordType.Cname, target);

    /// <param name="host">Empty for the root: the domain accepts no mail (RFC 7505).</param>
    public ZoneResolver Mx(string name, int preference, string host) =>
        Add(new DnsRecord.Mx(Clean(name), TimeToLive, preference, host.Length == 0 ? "." : Clean(host)));

    public ZoneResolver Ptr(string ip, string host) => Target(DnsName.Reverse(IPAddress.Parse(ip)), DnsRecordType.Ptr, host);

    public ZoneResolver Target(string name, DnsRecordType type, string host) =>
        Add(new DnsRecord.Target(Clean(name), type, TimeToLive, Clean(host)));

    /// <param name="text">Each character is one octet.</param>
    public ZoneResolver Txt(string name, string text) => Add(new DnsRecord.Txt(Clean(name), TimeToLive, text));

    public ZoneResolver Tlsa(string name, int usage, int selector, int matching, byte[] data) =>
        Add(new DnsRecord.Tlsa(Clean(name), TimeToLive, usage, selector, matching, data));

    public ZoneResolver Caa(string name, string tag, string value, bool isCritical = false) =>
        Add(new DnsRecord.Caa(Clean(name), TimeToLive, isCritical, tag, value));

    /// <summary>Answers about the name are not validated although the others are.</summary>
    public ZoneResolver Unsigned(string name)
    {
        lock (_lock)
            _unsigned.Add(Clean(name));
        return this;
    }

    /// <summary>Takes all records of a name away.</summary>
    public ZoneResolver Remove(string name)
    {
        lock (_lock)
            _records.Remove(Clean(name));
        return this;
    }

    /// <summary>Questions about the name fail, except for the types that it has records of.</summary>
    public ZoneResolver Failing(string name, DnsStatus status = DnsStatus.Failure)
    {
        lock (_lock)
            _failures[Clean(name)] = status;
        return this;
    }

    /// <summary>Questions about the name have no turn, because the client asks for more than its share.</summary>
    public ZoneResolver CrowdedOut(string name)
    {
        lock (_lock)
            _crowdedOut.Add(Clean(name));
        return this;
    }

    /// <summary>The name exists, without records.</summary>
    public ZoneResolver Empty(string name)
    {
        lock (_lock)
            _parents.Add(Clean(name));
        return this;
    }

    public IDnsResolver Urgent => new UrgentQuestions(this);

    public IDnsResolver For(UInt128 client)
    {
        Clients.Enqueue(client);
        return this;
    }

    public async ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        name = Clean(name);
        lock (_lock)
        {
            _asked.Add((name, type));
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
        }
        try
        {
            if (Silent is not null && (name == Silent || name.EndsWith('.' + Silent, StringComparison.Ordinal)))
                await Task.Delay(Timeout.InfiniteTimeSpan, clock ?? TimeProvider.System, cancellationToken);
            if (Delay > TimeSpan.Zero)
                await Task.Delay(Delay, clock ?? TimeProvider.System, cancellationToken);
            lock (_lock)
                return Answer(name, type);
        }
        finally
        {
            lock (_lock)
                _now--;
        }
    }

    /// <summary>Waits until nobody waits for an answer: other threads end their look-ups.</summary>
    public async Task UntilNobodyWaitsAsync()
    {
        while (Waiting > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits until so many questions were asked: other threads ask them.</summary>
    public async Task UntilAskedAsync(int count)
    {
        while (Asked.Count < count)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private DnsAnswer Answer(string name, DnsRecordType type)
    {
        if (_crowdedOut.Contains(name))
            return DnsAnswer.Without(DnsStatus.Failure, name, "as the test says") with { IsCrowdedOut = true };
        var authenticated = Authenticated && !_unsigned.Contains(name);
        for (var aliases = 0; aliases <= MostAliases; aliases++)
        {
            if (DnsName.ToWire(name) is null)
                return DnsAnswer.Without(DnsStatus.NoSuchName, name);
            var there = _records.GetValueOrDefault(name, []);
            var right = there.FindAll(record => record.Type == type);
            if (right.Count > 0)
                return new DnsAnswer(DnsStatus.Success, right, name, authenticated);
            if (_failures.TryGetValue(name, out var failure))
                return DnsAnswer.Without(failure, name, "as the test says");
            if (there.OfType<DnsRecord.Target>().FirstOrDefault(record => record.Type == DnsRecordType.Cname) is not { } alias)
            {
                var status = there.Count > 0 || _parents.Contains(name) ? DnsStatus.NoData : DnsStatus.NoSuchName;
                return DnsAnswer.Without(status, name, authenticated: authenticated);
            }
            name = alias.Host;
        }
        return DnsAnswer.Without(DnsStatus.Failure, name, "aliases without end");
    }

    private ZoneResolver Add(DnsRecord record)
    {
        lock (_lock)
        {
            if (!_records.TryGetValue(record.Name, out var there))
                _records[record.Name] = there = [];
            there.Add(record);
            for (var dot = record.Name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = record.Name.IndexOf('.', dot + 1))
                _parents.Add(record.Name[(dot + 1)..]);
        }
        return this;
    }

    private sealed class UrgentQuestions(ZoneResolver zone) : IDnsResolver
    {
        public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        {
            zone.Urgently.Enqueue(name);
            return zone.LookUpAsync(name, type, cancellationToken);
        }
    }

    private static string Clean(string name) => DnsName.Trim(name).ToLowerInvariant();
}
