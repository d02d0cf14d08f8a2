using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration;

namespace InboundBridge.Api;

/// <summary>Who may do what over HTTP. A token's hash is slow on purpose; what it said of a token is remembered by the token's digest.</summary>
internal sealed class ApiAccess(IReadOnlyList<HttpToken> tokens)
{
    /// <summary>Only tokens that were right are remembered, and there are few; the cap is for configurations with very many.</summary>
    private const int MostRemembered = 1024;

    private readonly List<(HttpToken Token, SecretHash Hash)> _tokens = Parse(tokens);
    private readonly ConcurrentDictionary<string, HttpToken> _known = new(StringComparer.Ordinal);

    /// <summary>Without tokens the API is for this machine only (the configuration refuses anything else), and whoever is on it is the operator.</summary>
    public bool IsOpen => _tokens.Count == 0;

    /// <summary>The caller, or the status that turns it away: 401 without a right token, 403 for a read token that would change something.</summary>
    public (ApiCaller? Caller, int Status) Admit(HttpRequest request, bool changes)
    {
        if (IsOpen)
            return IsFromThisMachine(request) ? (new ApiCaller("local"), 200) : (null, StatusCodes.Status403Forbidden);
        if (Find(request.Headers.Authorization.ToString()) is not { } token)
            return (null, StatusCodes.Status401Unauthorized);
        return changes && token.Role != TokenRole.Admin ? (null, StatusCodes.Status403Forbidden) : (new ApiCaller(token.Name), 200);
    }

    private HttpToken? Find(string authorization)
    {
        const string Scheme = "Bearer ";
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var secret = authorization[Scheme.Length..].Trim();
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        if (_known.TryGetValue(digest, out var known))
            return known;
        foreach (var (token, hash) in _tokens)
        {
            if (!hash.Verify(secret))
                continue;
            if (_known.Count < MostRemembered)
                _known.TryAdd(digest, token);
            return token;
        }
        return null;
    }

    /// <summary>A web page in the operator's browser can reach loopback too: by a name of its own (DNS rebinding) or from its own origin. Neither is the operator.</summary>
    private static bool IsFromThisMachine(HttpRequest request)
    {
        var host = request.Host.Host.Trim('[', ']');
        if (host != "localhost" && !(IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)))
            return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }

    private static List<(HttpToken, SecretHash)> Parse(IReadOnlyList<HttpToken> tokens)
    {
        var parsed = new List<(HttpToken, SecretHash)>(tokens.Count);
        foreach (var token in tokens)
        {
            if (!SecretHash.TryParse(token.Hash, out var hash))
                throw new InvalidOperationException($"the hash of token {token.Name} passed validation and can't be read");
            parsed.Add((token, hash));
        }
        return parsed;
    }
}

/// <param name="Name">The token's name, for the audit log.</param>
internal sealed record ApiCaller(string Name);
