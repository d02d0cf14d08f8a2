using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Principals;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;

namespace InboundBridge.Operations.Status;

/// <summary>The figures of the appliance, and the reload of its configuration.</summary>
/// <param name="reloader">Null where there is no configuration to read again (the demo).</param>
internal sealed class StatusOperations(IMailSpool spool, ReceptionServices reception, ReadyState ready, Reloader? reloader, AuditLog audit)
{
    public async Task<Statistics> ShowStatisticsAsync(Principal who, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ShowStatistics);
        return new Statistics(
            ProductVersion.Text, reception.CurrentPolicy.Routing.ConfigVersion, reloader?.RestartNeeded ?? [], ready.Listening,
            spool.Condition,
            await spool.ReadTotalsAsync(cancellationToken));
    }

    /// <summary>Null where nothing can be reloaded.</summary>
    public async Task<ReloadReport?> ReloadAsync(Principal who, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Reload);
        if (reloader is null)
            return null;
        var (problems, restart) = await reloader.ReloadAsync($"token {who.Name}", cancellationToken);
        var version = reloader.Current.Options.Version;
        audit.Changed(who, Operation.Reload, version, problems.HasErrors ? 0 : 1);
        return new ReloadReport(!problems.HasErrors, version, [.. problems.Items.Select(problem => problem.ToString())], restart);
    }
}
