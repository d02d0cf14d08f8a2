using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Configuration;

/// <summary><c>/ui/configuration</c>: what is in force, without secrets, and the reload.</summary>
internal sealed class ConfigurationPages(ApplianceOperations operations)
{
    private const string Path = "/configuration";

    public void Map(UiRoutes routes)
    {
        routes.Get(Path, Operation.ShowStatistics, ShowAsync);
        routes.Post($"{Path}/reload", Operation.Reload, ReloadAsync);
    }

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var nodes = await operations.Nodes.ListAsync(request.Who, request.Aborted);
        return new UiAnswer.Page("Configuration", typeof(ConfigurationPage), new ConfigurationModel(
            operations.Status.ShowWithDefaults(request.Who), operations.Status.ShowCondition(request.Who),
            operations.Status.ShowCertificates(request.Who), operations.Publishing.ListDomains(request.Who),
            [.. nodes.Nodes.Select(one => LineOf(one, nodes.Self))], nodes.Warning));
    }

    private async Task<UiAnswer> ReloadAsync(UiRequest request) => await operations.Status.ReloadAsync(request.Who, request.Aborted) switch
    {
        null => new UiAnswer.Redirect($"/ui{Path}", "This appliance has no configuration file to read again.", IsBad: true),
        { Applied: true } report => new UiAnswer.Redirect($"/ui{Path}", $"Reloaded: configuration {report.Version} is in force."),
        _ => new UiAnswer.Redirect($"/ui{Path}", "Not reloaded: the configuration has errors, and the old one stays in force.", IsBad: true),
    };

    private static NodeLine LineOf(HeardNode heard, string self) => new(
        heard.Node.Id, heard.Node.Name, NodeStateName.Of(heard.State).Replace('_', ' '), heard.Node.Reason, heard.Node.Version,
        heard.Node.ConfigVersion, heard.Node.StartedAt, heard.HeardAt, heard.Node.Id == self, heard.Node.Listeners);
}
