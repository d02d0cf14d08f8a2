using System.Globalization;
using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Refusals;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/refusals</c>.</summary>
internal sealed class RefusalEndpoints(RefusalOperations refusals, TimeProvider clock)
{
    /// <summary>The filter of refusals.</summary>
    private static readonly ApiParameter[] Filter =
    [
        new("client", ApiParameterKind.Text, "An address, a network, or part of the client's name or of its EHLO."),
        new("sender", ApiParameterKind.Text, "Part of the envelope's sender; <> for the null sender."),
        new("recipient", ApiParameterKind.Text, "Part of a recipient."),
        new("reason", ApiParameterKind.Text, "The whole word, such as unknown_recipient."),
        new("text", ApiParameterKind.Text, "Part of the reply, the cause, the rule, or what checks and scanners said."),
        new("since", ApiParameterKind.Text, "At or after: an instant (RFC 3339), or an age, such as 2h."),
        new("before", ApiParameterKind.Text, "Before: an instant (RFC 3339), or an age."),
    ];

    /// <summary>The names of the filter.</summary>
    public static IEnumerable<string> FilterNames => Filter.Select(parameter => parameter.Name);

    public void Map(ApiRoutes routes) => routes.Get("/refusals", Operation.ListRefusals, request => Task.FromResult(List(request)))
        .Named("listRefusals", "What clients of this node were refused lately, newest first. Kept in memory only, and bounded.")
        .Takes(Filter).Takes(ApiParameters.Page).Answers(typeof(PageJson<RefusalJson>), "A page.").Refuses(400);

    public static RefusalFilter FilterOf(ApiQuery query, TimeProvider clock) => new()
    {
        Client = query.Text("client"),
        Sender = query.Text("sender"),
        Recipient = query.Text("recipient"),
        Reason = query.Text("reason"),
        Text = query.Text("text"),
        Since = query.Instant("since", clock),
        Before = query.Instant("before", clock),
    };

    private IResult List(ApiRequest request)
    {
        var query = request.ReadQuery();
        var (filter, limit) = (FilterOf(query, clock), query.Limit());
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (!RefusalOperations.TryReadCursor(query.Cursor, out var cursor))
            return ApiProblem.BadRequest(ApiQuery.WrongCursor);
        var page = refusals.List(request.Who, filter, cursor, limit);
        return ApiJson.List(page.Items.Select(RefusalJson.Of), page.Next?.ToString(CultureInfo.InvariantCulture));
    }
}
