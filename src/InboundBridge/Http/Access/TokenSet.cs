using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;

namespace InboundBridge.Http.Access;

/// <summary>The tokens of one configuration, apart by what it costs to check them.</summary>
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

    /// <summary>The token that this program made; null when it is none of those.</summary>
    public HttpToken? FindFast(ReadOnlySpan<byte> secret)
    {
        HttpToken? found = null;
        // All of them, whichever it is: the time taken tells nothing.
        foreach (var (token, digest) in _fast)
        {
            if (digest.Verify(secret))
                found ??= token;
        }
        return found;
    }

    public HttpToken? FindByHash(string? hash) => hash is null ? null : _slow.Find(entry => entry.Token.Hash == hash).Token;
}
