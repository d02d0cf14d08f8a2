using InboundBridge.Logging;
using InboundBridge.Setup;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Operations.Refusals;

/// <summary>
/// Remembers the latest refusals, in memory only: a restart empties it, and the log has them all. When it is full, the client with the most
/// entries loses its oldest one, so that a flood from one address never pushes out what others were refused. The configuration's secrets
/// are masked before a text is kept, so that no filter can search for them.
/// </summary>
internal sealed class RefusalJournal(CurrentSetup current, TimeProvider clock)
{
    /// <summary>A day of an ordinary MX; a page of the UI looks through all of them in some milliseconds.</summary>
    public const int Most = 5000;

    /// <summary>Octets of all texts together.</summary>
    public const int MostOctets = 4 * 1024 * 1024;

    /// <summary>Called for each refusal: it must be quick and must not throw.</summary>
    public Action<Refusal>? Added { get; set; }

    private readonly Lock _gate = new();
    private readonly Dictionary<(UInt128 Network, string? Listener), Client> _clients = [];

    /// <summary>At each place the clients with so many entries; the one that came to this number first is the first.</summary>
    private readonly List<LinkedList<Client>> _byCount = [new()];

    private (IReadOnlyList<string> Secrets, Func<string, string> Hide)? _mask;
    private long _number;
    private int _count;
    private int _octets;

    public void Add(SmtpPeer peer, SmtpRefusal refused)
    {
        // IPv6 clients count by their /64, as in the limits of connections. Those on a unix socket count together.
        var key = peer.ClientIp is { } address ? (SmtpConnectionLimiter.Key(address), (string?)null) : (UInt128.Zero, peer.Listener);
        Refusal refusal;
        lock (_gate)
        {
            refusal = Refusal.Of(++_number, clock.GetUtcNow(), peer, refused, Mask());
            if (!_clients.TryGetValue(key, out var client))
                _clients[key] = client = new Client(key);
            client.Entries.Enqueue(refusal);
            Move(client);
            (_count, _octets) = (_count + 1, _octets + refusal.Octets);
            while (_count > Most || _octets > MostOctets)
                RemoveOne();
        }
        Added?.Invoke(refusal);
    }

    /// <summary>The refusals that the filter names, newest first.</summary>
    /// <param name="below">Only those with a lower number.</param>
    public IReadOnlyList<Refusal> List(Predicate<Refusal> wanted, long below, int most)
    {
        Refusal[] all;
        lock (_gate)
            all = [.. _clients.Values.SelectMany(client => client.Entries)];
        return [.. all.Where(refusal => refusal.Number < below).OrderByDescending(refusal => refusal.Number)
            .Where(refusal => wanted(refusal)).Take(most)];
    }

    private Func<string, string> Mask()
    {
        var secrets = current.Setup.Secrets;
        if (_mask is not { } mask || !ReferenceEquals(mask.Secrets, secrets))
            _mask = mask = (secrets, SecretMask.Of(secrets));
        return mask.Hide;
    }

    private void RemoveOne()
    {
        var client = _byCount[^1].First!.Value;
        var oldest = client.Entries.Dequeue();
        (_count, _octets) = (_count - 1, _octets - oldest.Octets);
        Move(client);
        if (client.Entries.Count == 0)
            _clients.Remove(client.Key);
    }

    /// <summary>Puts a client where its number of entries belongs, which differs by one from before.</summary>
    private void Move(Client client)
    {
        client.Place.List?.Remove(client.Place);
        var count = client.Entries.Count;
        if (count == _byCount.Count)
            _byCount.Add(new LinkedList<Client>());
        if (count > 0)
            _byCount[count].AddLast(client.Place);
        while (_byCount.Count > 1 && _byCount[^1].Count == 0)
            _byCount.RemoveAt(_byCount.Count - 1);
    }

    private sealed class Client
    {
        public Client((UInt128 Network, string? Listener) key) => (Key, Place) = (key, new LinkedListNode<Client>(this));

        public (UInt128 Network, string? Listener) Key { get; }

        /// <summary>The oldest first.</summary>
        public Queue<Refusal> Entries { get; } = [];

        public LinkedListNode<Client> Place { get; }
    }
}
