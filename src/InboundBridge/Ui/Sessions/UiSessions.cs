using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Ui.Sessions;

/// <summary>Who has signed in. In memory only: a restart ends every session.</summary>
/// <param name="isInForce">Whether a token is still configured.</param>
internal sealed class UiSessions(TimeProvider clock, Func<HttpToken, bool> isInForce)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>
    /// Sessions of one token; when there are more, its oldest ends. No other token's: whoever signs in again and again keeps nobody out.
    /// </summary>
    public const int MostOfToken = 50;

    private readonly Lock _gate = new();

    /// <summary>By the digest of the id, so that looking it up tells nothing about the ids of others by its time.</summary>
    private readonly Dictionary<string, UiSession> _sessions = new(StringComparer.Ordinal);

    public UiSession Begin(HttpToken token)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var session = new UiSession(id, token, Lifetime, clock);
        List<KeyValuePair<string, UiSession>> over;
        lock (_gate)
        {
            over = [.. _sessions.Where(entry => entry.Value.Ends <= clock.GetUtcNow() || !isInForce(entry.Value.Token))];
            var own = _sessions.Except(over).Where(entry => entry.Value.Token.Name == token.Name).ToList();
            if (own.Count >= MostOfToken)
                over.Add(own.MinBy(entry => entry.Value.Ends));
            foreach (var (key, _) in over)
                _sessions.Remove(key);
            _sessions[KeyOf(id)] = session;
        }
        over.ForEach(entry => entry.Value.End());
        // A reload that came in between has not seen it.
        if (!isInForce(token))
            End(id);
        return session;
    }

    /// <summary>Ends every session whose token is no longer configured; called after each change of the tokens.</summary>
    public void EndRemoved()
    {
        List<KeyValuePair<string, UiSession>> over;
        lock (_gate)
        {
            over = [.. _sessions.Where(entry => !isInForce(entry.Value.Token))];
            foreach (var (key, _) in over)
                _sessions.Remove(key);
        }
        over.ForEach(entry => entry.Value.End());
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
        UiSession? session;
        lock (_gate)
            _sessions.Remove(KeyOf(id), out session);
        session?.End();
    }

    private static string KeyOf(string id) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
