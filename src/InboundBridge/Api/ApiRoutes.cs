using InboundBridge.Hosting;
using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.Http.Connections;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Metrics;
using InboundBridge.Operations;

namespace InboundBridge.Api;

/// <summary>The API's routes (CONTRACT section 6), each behind the same gate.</summary>
internal sealed class ApiRoutes(ApplianceParts parts, ApiAccess access, ApiAudit audit)
{
    public ApplianceParts Parts => parts;

    public ApiAudit Audit => audit;

    /// <summary>See <see cref="ApiAccess.TokensChange"/>.</summary>
    public CancellationToken TokensChange => access.TokensChange;

    public EventFeed Events { get; } = new(parts.Queue, parts.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        MessageEndpoints.Map(routes, this);
        DeliveryEndpoints.Map(routes, this);
        DestinationEndpoints.Map(routes, this);
        OperatingEndpoints.Map(routes, this);
        ExplainEndpoint.Map(routes, this);
        ReplayEndpoints.Map(routes, this);
        SubmissionEndpoint.Map(routes, this);
        EventsEndpoint.Map(routes, this);
        OpenApiDocument.Map(routes);
        routes.MapFallback("/api/{**rest}", () => ApiProblem.NotFound("such path; /openapi/v1.json lists them"));
    }

    /// <summary>For whoever may look.</summary>
    public Delegate Read(Func<HttpContext, Task<IResult>> answer) => Gate(changes: false, (context, _) => answer(context));

    /// <summary>The same, where the caller's name matters.</summary>
    public Delegate Read(Func<HttpContext, ApiCaller, Task<IResult>> answer) => Gate(changes: false, answer);

    /// <summary>
    /// Without a token where <c>http.metrics.open</c> says so; but not for what came through a proxy, nor for a page that has made a name of its own point to
    /// loopback (DNS rebinding), for names of rules and destinations are nobody else's business.
    /// </summary>
    public Delegate Metrics(MetricsEndpoint metrics)
    {
        var gated = Gate(changes: false, (context, _) => AnswerAsync(context));
        return (Func<HttpContext, Task<IResult>>)(context => IsOpen(context.Request) ? AnswerAsync(context) : gated(context));

        bool IsOpen(HttpRequest request) => access.Options.MetricsOpen && ForwardingHeaders.FirstOf(request) is null
            && (!access.IsLoopback || LocalRequest.HasLocalHost(request)) && !LocalRequest.IsFromAnotherPage(request);

        async Task<IResult> AnswerAsync(HttpContext context)
        {
            await metrics.AnswerAsync(context);
            return Results.Empty;
        }
    }

    /// <summary>For whoever may look, and for whoever holds a signed link to just this.</summary>
    public Delegate ReadOrLink(Func<HttpContext, Task<IResult>> answer)
    {
        var gated = (Func<HttpContext, Task<IResult>>)Read(answer);
        return (HttpContext context) =>
        {
            var query = context.Request.Query;
            if (parts.Links.Verify(context.Request.Path.Value ?? string.Empty, query["expires"], query["signature"]))
                return AnswerAsync(context, new ApiCaller("link"), (linkedContext, _) => answer(linkedContext));
            return PublicSide.Is(context)
                ? Task.FromResult(ApiProblem.Of(StatusCodes.Status403Forbidden, "Not allowed", "this link has expired, or is not as it was made"))
                : gated(context);
        };
    }

    /// <summary>For whoever may change things; the handler gets the caller's name for the audit log.</summary>
    public Delegate Change(Func<HttpContext, ApiCaller, Task<IResult>> answer) => Gate(changes: true, answer);

    private Func<HttpContext, Task<IResult>> Gate(bool changes, Func<HttpContext, ApiCaller, Task<IResult>> answer) => async context =>
    {
        // What is reached by http.public_listen has signed links alone, whatever token it brings.
        if (PublicSide.Is(context))
            return ApiProblem.NotFound("such path");
        var (caller, problem) = await access.AdmitAsync(context, changes);
        return caller is null ? problem! : await AnswerAsync(context, caller, answer);
    };

    /// <summary>What goes wrong in the spool is told like every other error.</summary>
    private static async Task<IResult> AnswerAsync(HttpContext context, ApiCaller caller, Func<HttpContext, ApiCaller, Task<IResult>> answer)
    {
        try
        {
            return await answer(context, caller);
        }
        catch (ArgumentException fault) when (fault.ParamName == "cursor")
        {
            return ApiProblem.BadRequest("cursor: it is none of this list; give back what 'next' of the page before said");
        }
        catch (BadHttpRequestException fault)
        {
            return ApiProblem.Of(fault.StatusCode, "The request can't be read", fault.Message);
        }
        catch (MessageDamagedException fault)
        {
            return ApiProblem.Of(StatusCodes.Status500InternalServerError, "The stored message is damaged", fault.Message);
        }
        catch (SpoolUnavailableException fault)
        {
            return ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "The spool is not available", fault.Message);
        }
    }
}
