using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;

namespace InboundBridge.Http.Access;

/// <summary>The tokens of a configuration, split into those that are fast and those that are slow to check.</summary>
internal sealed class TokenSet
{
    private readonly List<(HttpToken Token, TokenDigest Digest)> _fast = [];
    private readonly List<(HttpToken Token, SecretHash Hash)> _slow = [];

    public TokenSet(IReadOnlyList<HttpToken> tokens)
    {
        foreach (var token in tokens)
        {
            if (TokenDigest.TryParse(token.Hash, out var digest))
                _fast.Add((token, digest));
            else if (SecretHash.TryParse(token.Hash, out var hash))
                _slow.Add((token, hash));
            else
                throw new InvalidOperationException($"the hash of token {token.Name} passed validation and can't be read");
        }
    }

    public IReadOnlyList<(HttpToken Token, SecretHash Hash)> Slow => _slow;

    /// <summary>The token with a fast digest that matches; null if there is none.</summary>
    public HttpToken? FindFast(ReadOnlySpan<byte> secret)
    {
        HttpToken? found = null;
        // Checks all of them, so that the time taken reveals nothing.
        foreach (var (token, digest) in _fast)
        {
            if (digest.Verify(secret))
                found ??= token;
        }
        return found;
    }

    public HttpToken? FindByHash(string? hash) => hash is null ? null : _slow.Find(entry => entry.Token.Hash == hash).Token;
}
