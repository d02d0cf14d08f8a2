using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>
/// Limits failed authentications over all connections: by client (an IPv4 address or an IPv6 /64) and by user name.
/// An attempt counts before it is made, and the count is taken back when it succeeds. So however many attempts run at
/// the same time, no more than the allowed number can fail.
/// </summary>
public sealed class SmtpAuthenticationLimiter(TimeProvider time)
{
    /// <summary>Failures of one client in a burst; a person who forgot a password needs fewer.</summary>
    internal const int FailuresOfClient = 20;

    /// <summary>
    /// Failures for one name in a burst, from all clients. More than for a client, so that one client alone can't lock a user out.
    /// </summary>
    internal const int FailuresOfName = 100;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long we remember from where a name has signed in. From there its user can sign in although others have guessed too often.
    /// </summary>
    private static readonly TimeSpan PlaceLifetime = TimeSpan.FromDays(30);

    /// <summary>
    /// How long an attempt waits for other attempts of its client, which may succeed and free their counts. Password hashes are slow.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly RateBuckets<UInt128> _clients = new(time);
    private readonly RateBuckets<UInt128> _names = new(time);
    private readonly RateBuckets<UInt128> _places = new(time);
    private readonly Dictionary<UInt128, Attempts> _underWay = [];
    private readonly Lock _gate = new();

    /// <summary>Counts an attempt. Null when this client has failed too often.</summary>
    /// <param name="client">Null for unix sockets, which have no limit for each client.</param>
    internal async ValueTask<SmtpAuthenticationAttempt?> BeginAsync(IPAddress? client, CancellationToken cancellationToken)
    {
        if (client is null)
            return new SmtpAuthenticationAttempt(this, client: null);
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
                    return new SmtpAuthenticationAttempt(this, key);
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

    /// <summary>Counts an attempt for the name. False when the name has failed too often and has not signed in from this client.</summary>
    internal bool TryName(UInt128? client, string name) =>
        _names.TryAdd(Hash(name), FailuresOfName, Period) || (client is { } from && !_places.HasRoom(Place(from, name), 1, PlaceLifetime));

    internal void NameSucceeded(UInt128? client, string name)
    {
        _names.GiveBack(Hash(name), FailuresOfName, Period);
        if (client is { } from)
            _places.TryAdd(Place(from, name), 1, PlaceLifetime);
    }

    /// <summary>Takes the count for the name back: its password was not checked.</summary>
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

    /// <summary>A name may be as long as a command line, and there may be as many names as buckets, so we keep only a hash.</summary>
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

        /// <summary>Completes when one of the client's attempts ends.</summary>
        public TaskCompletionSource Changed { get; set; } = Next();

        public static TaskCompletionSource Next() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
