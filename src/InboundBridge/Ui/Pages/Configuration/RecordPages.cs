using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Configuration;

/// <summary><c>/ui/configuration/dns/{domain}</c>: asks the DNS when somebody opens it.</summary>
internal sealed class RecordPages(ApplianceOperations operations)
{
    public void Map(UiRoutes routes) => routes.Get("/configuration/dns/{domain}", Operation.ShowStatistics, ShowAsync);

    public static string AddressOf(string domain) => $"/ui/configuration/dns/{Uri.EscapeDataString(domain)}";

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        return await operations.Publishing.CheckAsync(request.Who, request.Path("domain"), request.Aborted) is { } records
            ? new UiAnswer.Page(
                $"DNS of {records.Domain}", typeof(RecordsPage),
                new RecordsModel(records.Domain, [.. records.Findings.Select(RecordLine.Of)], records.At, records.Problem))
            : UiAnswer.Trouble.NotFound("domain with records to publish");
    }
}
