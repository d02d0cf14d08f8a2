using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.Http.Connections;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Metrics;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Api.Routing;

/// <summary>
/// Every route of the API goes through here. It finds out who is calling, asks the operations layer whether that principal is allowed to,
/// and turns errors into problem details.
/// </summary>
/// <param name="links">Signs and verifies links by the public URL in force.</param>
internal sealed class ApiGate(ApiAccess access, Func<LinkSigner> links)
{
    /// <summary>A handler for principals with the role that <paramref name="operation"/> needs.</summary>
    public RequestDelegate For(Operation operation, Func<ApiRequest, Task<IResult>> answer) => async context =>
        await (await AdmitAndAnswerAsync(context, operation, answer)).ExecuteAsync(context);

    /// <summary>A handler that also answers the holder of a signed link to exactly this path.</summary>
    public RequestDelegate ForLink(Operation operation, Func<ApiRequest, Task<IResult>> answer) => async context =>
    {
        var query = context.Request.Query;
        IResult result;
        if (links().Verify(context.Request.Path.Value ?? string.Empty, query["expires"], query["signature"]))
            result = await AnswerAsync(new ApiRequest(context, Principal.Link), operation, answer);
        else if (PublicSide.Is(context))
            result = ApiProblem.Of(StatusCodes.Status403Forbidden, "Not allowed", "this link has expired or was changed");
        else
            result = await AdmitAndAnswerAsync(context, operation, answer);
        await result.ExecuteAsync(context);
    };

    /// <summary>
    /// Answers without a token where <c>http.metrics.open</c> allows it, but even then neither requests that came through a proxy nor those
    /// of a web page whose own name resolves to loopback (DNS rebinding): the names of rules and destinations are private.
    /// </summary>
    public RequestDelegate ForMetrics(MetricsEndpoint metrics)
    {
        var gated = For(Operation.ReadMetrics, request => AnswerAsync(request.Context));
        return context => IsOpen(context.Request) ? metrics.AnswerAsync(context) : gated(context);

        bool IsOpen(HttpRequest request) => access.Options.MetricsOpen && ForwardingHeaders.FirstOf(request) is null
            && (!access.IsLoopback || LocalRequest.HasLocalHost(request)) && !LocalRequest.IsFromAnotherPage(request);

        async Task<IResult> AnswerAsync(HttpContext context)
        {
            await metrics.AnswerAsync(context);
            return Results.Empty;
        }
    }

    private async Task<IResult> AdmitAndAnswerAsync(HttpContext context, Operation operation, Func<ApiRequest, Task<IResult>> answer)
    {
        // http.public_listen serves only signed links, whatever token a request has.
        if (PublicSide.Is(context))
            return ApiProblem.NotFound("such path");
        var tokensChange = access.TokensChange;
        var (who, problem) = await access.AdmitAsync(context);
        return who is null ? problem! : await AnswerAsync(new ApiRequest(context, who) { TokensChange = tokensChange }, operation, answer);
    }

    private static async Task<IResult> AnswerAsync(ApiRequest request, Operation operation, Func<ApiRequest, Task<IResult>> answer)
    {
        try
        {
            // Before the request is read: a caller without the right learns only that, not what is wrong with the query.
            request.Who.Demand(operation);
            return await answer(request);
        }
        catch (NotPermittedException fault)
        {
            return ApiProblem.Of(
                StatusCodes.Status403Forbidden, "Not allowed",
                $"the token '{fault.Principal.Name}' may only read; changes need a token with role: admin");
        }
        catch (ArgumentException fault) when (fault.ParamName == "cursor")
        {
            return ApiProblem.BadRequest(ApiQuery.WrongCursor);
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
