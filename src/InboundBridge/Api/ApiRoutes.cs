using InboundBridge.Configuration;
using InboundBridge.Hosting;
using InboundBridge.MailFlow.Spool;

namespace InboundBridge.Api;

/// <summary>The API's routes (CONTRACT section 6), each behind the same gate.</summary>
internal sealed class ApiRoutes(ApplianceParts parts, HttpOptions options, ApiAudit audit)
{
    private readonly ApiAccess _access = new(options.Tokens);

    public ApplianceParts Parts => parts;

    public ApiAudit Audit => audit;

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

    /// <summary>For whoever may look, and for whoever holds a signed link to just this.</summary>
    public Delegate ReadOrLink(Func<HttpContext, Task<IResult>> answer)
    {
        var gated = (Func<HttpContext, Task<IResult>>)Read(answer);
        return (HttpContext context) =>
        {
            var query = context.Request.Query;
            var linked = parts.Links.Verify(context.Request.Path.Value ?? string.Empty, query["expires"], query["signature"]);
            return linked ? AnswerAsync(context, new ApiCaller("link"), (linkedContext, _) => answer(linkedContext)) : gated(context);
        };
    }

    /// <summary>For whoever may change things; the handler gets the caller's name for the audit log.</summary>
    public Delegate Change(Func<HttpContext, ApiCaller, Task<IResult>> answer) => Gate(changes: true, answer);

    private Func<HttpContext, Task<IResult>> Gate(bool changes, Func<HttpContext, ApiCaller, Task<IResult>> answer) => context =>
    {
        var (caller, status) = _access.Admit(context.Request, changes);
        if (caller is not null)
            return AnswerAsync(context, caller, answer);
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.FromResult(ApiProblem.Of(status, status == StatusCodes.Status401Unauthorized ? "A token is needed" : "Not allowed"));
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
