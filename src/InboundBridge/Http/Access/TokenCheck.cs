using System.Net;
using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;

namespace InboundBridge.Http.Access;

/// <summary>
/// Finds the configured token that a request presents. Tokens that this program made have fast digests, which are compared at
/// once. Secrets that people chose have slow hashes: few are computed at a time, few requests wait, each result is
/// remembered, and a client that disconnects no longer waits.
/// </summary>
internal sealed class TokenCheck : IDisposable
{
    /// <summary>Checks that wait for their turn; each takes a tenth of a second and more.</summary>
    private const int MostWaiting = 16;

    /// <summary>Characters; longer tokens are wrong without a check.</summary>
    private const int LongestToken = 1024;

    private readonly TokenAnswers _answers = new();
    private readonly WrongTokenLimit _limit;
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Func<SecretHash, string, bool> _verify;
    private TokenSet _tokens = new([]);
    private int _waiting;

    /// <param name="verify">Checks a secret against a slow hash; null: <see cref="SecretHash.Verify"/>.</param>
    public TokenCheck(TimeProvider clock, Func<SecretHash, string, bool>? verify = null)
    {
        _limit = new WrongTokenLimit(clock);
        _verify = verify ?? ((hash, secret) => hash.Verify(secret));
    }

    /// <summary>Replaces all tokens.</summary>
    public void Replace(IReadOnlyList<HttpToken> tokens) => Volatile.Write(ref _tokens, new TokenSet(tokens));

    /// <param name="connectionIsClean">No wrong token has come on this connection.</param>
    public async ValueTask<TokenVerdict> CheckAsync(
        string secret, IPAddress? client, bool connectionIsClean, CancellationToken cancellationToken)
    {
        var tokens = Volatile.Read(ref _tokens);
        var octets = secret.Length <= LongestToken ? Encoding.UTF8.GetBytes(secret) : [];
        if (tokens.FindFast(octets) is { } made)
            return new TokenVerdict.Right(made);
        var key = _answers.KeyOf(octets);
        if (tokens.FindByHash(_answers.HashOf(key)) is { } known)
            return new TokenVerdict.Right(known);
        if (!_limit.TryCount(client) && !(tokens.Slow.Count > 0 && connectionIsClean && _limit.TryLate()))
            return new TokenVerdict.TooMany(WrongTokenLimit.RetryAfter);
        if (octets.Length == 0 || tokens.Slow.Count == 0 || _answers.IsWrong(key, tokens))
            return new TokenVerdict.Wrong();
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return new TokenVerdict.Busy(TimeSpan.FromSeconds(1));
        }
        try
        {
            await _turns.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            return await Task.Run(() => Compare(secret, key, tokens, cancellationToken), cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private TokenVerdict Compare(string secret, UInt128 key, TokenSet tokens, CancellationToken cancellationToken)
    {
        // A request with the same token may have been checked while this one waited.
        if (tokens.FindByHash(_answers.HashOf(key)) is { } known)
            return new TokenVerdict.Right(known);
        foreach (var (token, hash) in tokens.Slow)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_verify(hash, secret))
                continue;
            _answers.Fits(key, token.Hash);
            return new TokenVerdict.Right(token);
        }
        _answers.FitsNone(key, tokens);
        return new TokenVerdict.Wrong();
    }
}
