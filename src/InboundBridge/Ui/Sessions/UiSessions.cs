using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Ui.Sessions;

/// <summary>Who has signed in. In memory only: a restart ends every session.</summary>
internal sealed class UiSessions(TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>When there are more, the oldest ends.</summary>
    private const int Most = 1000;

    private readonly Lock _gate = new();

    /// <summary>By the digest of the id, so that looking it up tells nothing about the ids of others by its time.</summary>
    private readonly Dictionary<string, UiSession> _sessions = new(StringComparer.Ordinal);

    public UiSession Begin(HttpToken token)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var session = new UiSession(id, token, clock.GetUtcNow() + Lifetime);
        lock (_gate)
        {
            foreach (var (key, old) in _sessions.Where(entry => entry.Value.Ends <= clock.GetUtcNow()).ToList())
                _sessions.Remove(key);
            if (_sessions.Count >= Most)
                _sessions.Remove(_sessions.MinBy(entry => entry.Value.Ends).Key);
            _sessions[KeyOf(id)] = session;
        }
        return session;
    }

    /// <summary>Null when it has ended.</summary>
    public UiSession? Find(string? id)
    {
        if (string.IsNullOrEmpty(id) || id.Length > 128)
            return null;
        lock (_gate)
            return _sessions.TryGetValue(KeyOf(id), out var session) && session.Ends > clock.GetUtcNow() ? session : null;
    }

    public void End(string id)
    {
        lock (_gate)
            _sessions.Remove(KeyOf(id));
    }

    private static string KeyOf(string id) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
