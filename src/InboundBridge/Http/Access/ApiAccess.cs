using System.Net;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.Http.Answers;
using InboundBridge.Http.Connections;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Http.Access;

/// <summary>Identifies the caller of an HTTP request, by the tokens in force.</summary>
internal sealed class ApiAccess : IDisposable
{
    private const string Scheme = "Bearer ";

    private readonly TokenCheck _tokens;
    private readonly AccessLog _log;
    private readonly bool _mayBeOpen;
    private HttpOptions _options = new();
    private CancellationTokenSource _tokensChange = new();

    /// <param name="options">The options of the start: a reload does not change the addresses that are bound.</param>
    public ApiAccess(HttpOptions options, TokenCheck tokens, AccessLog log)
    {
        (_tokens, _log) = (tokens, log);
        IsLoopback = EndPointText.IsLoopback(options.Listen);
        _mayBeOpen = IsLoopback && (options.PublicUrl is null || options.PublicListen is not null);
        Replace(options);
    }

    /// <summary>The options in force.</summary>
    public HttpOptions Options => Volatile.Read(ref _options);

    /// <summary>
    /// Without tokens the API serves only this machine (the configuration refuses
    /// anything else), and everybody on it counts as the operator.
    /// </summary>
    public bool IsOpen => _mayBeOpen && Options.Tokens.Count == 0;

    /// <summary>Only this machine can connect. A request for another host name is then an attack by a web page (DNS rebinding).</summary>
    public bool IsLoopback { get; }

    /// <summary>
    /// Cancelled when the present tokens are replaced: requests that were admitted by them and still run have to be made again.
    /// </summary>
    public CancellationToken TokensChange => Volatile.Read(ref _tokensChange).Token;

    /// <summary>Accepts these tokens from now on, and no others.</summary>
    public void Replace(HttpOptions next)
    {
        var isSame = Options.Tokens.SequenceEqual(next.Tokens);
        _tokens.Replace(next.Tokens);
        Volatile.Write(ref _options, next);
        if (isSame)
            return;
        // Not disposed: another thread may be reading its token, and it holds no resources.
        Interlocked.Exchange(ref _tokensChange, new CancellationTokenSource()).Cancel();
    }

    /// <summary>
    /// The caller, or the answer that refuses the request: 401 without a valid token, 403 for a web page of another site, 429 after too
    /// many wrong tokens. What the principal may do is decided elsewhere (<see cref="Operation"/>).
    /// </summary>
    public async ValueTask<(Principal? Who, IResult? Problem)> AdmitAsync(HttpContext context)
    {
        var request = context.Request;
        if (LocalRequest.IsFromAnotherPage(request))
            return (null, Forbidden("the request comes from a page of another site (Sec-Fetch-Site); only the appliance's own pages and programs are allowed"));
        if (IsOpen)
            return AdmitLocal(context);
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, NeedsToken(context, "send it as Authorization: Bearer TOKEN; http.tokens of the configuration lists the tokens"));
        var (token, problem) = await CheckAsync(context, authorization[Scheme.Length..].Trim());
        return (token is null ? null : PrincipalOf(token), problem);
    }

    /// <summary>The principal of a configured token.</summary>
    public static Principal PrincipalOf(HttpToken token) => new(token.Name, token.Role == TokenRole.Admin ? Role.Admin : Role.Read);

    /// <summary>
    /// The token in force that a caller presents, or the answer that refuses it. Wrong ones are counted, limited and logged.
    /// </summary>
    public async ValueTask<(HttpToken? Token, IResult? Problem)> CheckAsync(HttpContext context, string secret)
    {
        var connection = context.Features.Get<HttpConnection>();
        var verdict =
            await _tokens.CheckAsync(
                secret, context.Connection.RemoteIpAddress, connection is { WrongTokens: 0 }, context.RequestAborted);
        switch (verdict)
        {
            case TokenVerdict.Right { Token: var token }:
                return (token, null);
            case TokenVerdict.TooMany { RetryAfter: var later }:
                return (null, TooMany(context, "too_many", "too many wrong tokens came from this address", later));
            case TokenVerdict.Busy { RetryAfter: var later }:
                return (null, TooMany(context, "busy", "too many tokens are being checked", later));
            default:
                connection?.CountWrongToken();
                Refused(context, "wrong");
                return (null, NeedsToken(context, "this token is not in http.tokens"));
        }
    }

    /// <summary>The caller while <see cref="IsOpen"/>: the operator on this machine, or the answer that refuses the request.</summary>
    public static (Principal? Who, IResult? Problem) AdmitLocal(HttpContext context)
    {
        if (ForwardingHeaders.FirstOf(context.Request) is { } field)
            return (null,
                NeedsToken(
                    context,
                    $"the request came through a proxy ({field}), so being on this machine does not count, and http.tokens is empty; add a token: inboundbridge hash-password --generate"));
        if (context.Connection.RemoteIpAddress is { } remote
            && !IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote))
            return (null, Forbidden("the request comes from another machine, and http.tokens is empty"));
        if (!LocalRequest.HasLocalHost(context.Request))
            return (null,
                Forbidden(
                    $"'{context.Request.Host}' is not this machine; without http.tokens the API answers localhost and loopback addresses only"));
        if (!LocalRequest.HasOwnOrigin(context.Request))
            return (null, Forbidden("the request comes from a page of another origin"));
        return (Principal.Local, null);
    }

    private IResult TooMany(HttpContext context, string reason, string detail, TimeSpan later)
    {
        context.Features.Get<HttpConnection>()?.CountWrongToken();
        Refused(context, reason);
        context.Response.Headers.RetryAfter =
            ((int)Math.Ceiling(later.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ApiProblem.Of(
            StatusCodes.Status429TooManyRequests, "Too many wrong tokens", $"{detail}; try again in {DurationText.Format(later)}");
    }

    private void Refused(HttpContext context, string reason) =>
        _log.Refused(
            reason, context.Connection.RemoteIpAddress?.ToString() ?? "unix", context.Request.Method,
            context.Request.Path.Value ?? string.Empty);

    private static IResult NeedsToken(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblem.Of(StatusCodes.Status401Unauthorized, "A token is required", detail);
    }

    private static IResult Forbidden(string detail) => ApiProblem.Of(StatusCodes.Status403Forbidden, "Not allowed", detail);

    public void Dispose()
    {
        _tokens.Dispose();
        _tokensChange.Dispose();
    }
}
