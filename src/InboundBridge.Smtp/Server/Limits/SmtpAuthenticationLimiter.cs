using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>
/// Failed authentications over all connections: by client (an IPv4 address or an IPv6 /64), and by the name that is tried. An attempt takes its place before it
/// is made, and gives it back when it succeeds: however many are made at the same time, no more of them fail than may.
/// </summary>
public sealed class SmtpAuthenticationLimiter(TimeProvider time)
{
    /// <summary>Failures of one client at once; somebody who forgot a password needs fewer.</summary>
    internal const int FailuresOfClient = 20;

    /// <summary>Failures for one name at once, wherever they come from. More than for a client, so that one client alone can't shut a name.</summary>
    internal const int FailuresOfName = 100;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>How long the places that a name was used from stay known. Guessing from elsewhere does not keep its user out there.</summary>
    private static readonly TimeSpan PlaceLifetime = TimeSpan.FromDays(30);

    /// <summary>What an attempt waits for others of its client, whose places may become free: slow hashes take their time.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly RateBuckets<UInt128> _clients = new(time);
    private readonly RateBuckets<UInt128> _names = new(time);
    private readonly RateBuckets<UInt128> _places = new(time);
    private readonly Dictionary<UInt128, Attempts> _underWay = [];
    private readonly Lock _gate = new();

    /// <summary>Null: this client has failed too often.</summary>
    /// <param name="client">Null for unix sockets, which have no limit of their own.</param>
    internal async ValueTask<SmtpAuthenticationTurn?> BeginAsync(IPAddress? client, CancellationToken cancellationToken)
    {
        if (client is null)
            return new SmtpAuthenticationTurn(this, client: null);
        var key = SmtpConnectionLimiter.Key(client);
        var began = time.GetTimestamp();
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (_clients.TryAdd(key, FailuresOfClient, Period))
                {
                    if (!_underWay.TryGetValue(key, out var attempts))
                        _underWay.Add(key, attempts = new Attempts());
                    attempts.Count++;
                    return new SmtpAuthenticationTurn(this, key);
                }
                if (!_underWay.TryGetValue(key, out var others))
                    return null;
                change = others.Changed.Task;
            }
            var left = LongestWait - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || !await IsDoneAsync(change, left, cancellationToken))
                return null;
        }
    }

    /// <summary>False: the name was tried too often, and never with success from there.</summary>
    internal bool TryName(UInt128? client, string name) =>
        _names.TryAdd(Hash(name), FailuresOfName, Period) || (client is { } from && !_places.HasRoom(Place(from, name), 1, PlaceLifetime));

    internal void NameSucceeded(UInt128? client, string name)
    {
        _names.GiveBack(Hash(name), FailuresOfName, Period);
        if (client is { } from)
            _places.TryAdd(Place(from, name), 1, PlaceLifetime);
    }

    internal void NotTried(string name) => _names.GiveBack(Hash(name), FailuresOfName, Period);

    internal void End(UInt128 client, bool counts)
    {
        lock (_gate)
        {
            if (!counts)
                _clients.GiveBack(client, FailuresOfClient, Period);
            var attempts = _underWay[client];
            if (--attempts.Count == 0)
                _underWay.Remove(client);
            attempts.Changed.TrySetResult();
            attempts.Changed = Attempts.Next();
        }
    }

    private async ValueTask<bool> IsDoneAsync(Task change, TimeSpan left, CancellationToken cancellationToken)
    {
        try
        {
            await change.WaitAsync(left, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A name may be as long as a line, and there may be as many as buckets: what is kept is short.</summary>
    private static UInt128 Hash(string name)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    private static UInt128 Place(UInt128 client, string name) => Hash($"{client:x} {name}");

    private sealed class Attempts
    {
        public int Count { get; set; }

        /// <summary>Set when one of them ends.</summary>
        public TaskCompletionSource Changed { get; set; } = Next();

        public static TaskCompletionSource Next() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
