using InboundBridge.Configuration;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Notices;
using InboundBridge.Operations.Principals;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;

namespace InboundBridge.Operations.Status;

/// <summary>The figures of the appliance, and the reload of its configuration.</summary>
/// <param name="reloader">Null where there is no configuration to read again (the demo).</param>
/// <param name="certificates">The certificates in force.</param>
internal sealed class StatusOperations(
    IMailSpool spool, ReceptionServices reception, CurrentSetup current, ReadyState ready, Reloader? reloader,
    Func<IEnumerable<CertificateExpiry>> certificates, AuditLog audit)
{
    /// <summary>When each certificate in force expires.</summary>
    public IReadOnlyList<CertificateExpiry> ShowCertificates(Principal who)
    {
        who.Demand(Operation.ShowStatistics);
        return [.. certificates()];
    }

    public async Task<Statistics> ShowStatisticsAsync(Principal who, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ShowStatistics);
        return new Statistics(
            ProductVersion.Text, reception.CurrentPolicy.Routing.ConfigVersion, reloader?.RestartNeeded ?? [], ready.Listening,
            spool.Condition,
            await spool.ReadTotalsAsync(cancellationToken));
    }

    /// <summary>How the spool is; told even while it can't be read.</summary>
    public SpoolCondition ShowCondition(Principal who)
    {
        who.Demand(Operation.ShowStatistics);
        return spool.Condition;
    }

    /// <summary>The configuration in force, without its secrets, and what the last reload came to.</summary>
    public ConfigurationReport ShowConfiguration(Principal who)
    {
        who.Demand(Operation.ShowStatistics);
        var setup = current.Setup;
        return new ConfigurationReport(
            reloader?.ShownFile ?? setup.Options.File, setup.Options.Version,
            setup.Printed, reloader is not null, reloader?.Last, setup.Warnings,
            reloader?.RestartNeeded ?? [])
        {
            Notices = setup.Options.Notify is { } notify
                ? new NotifyReport(notify.Webhook, [.. notify.Events.Select(NoticeTerms.NameOf)]) : null,
        };
    }

    /// <summary>As <see cref="ShowConfiguration"/>, with the defaults of what is not set.</summary>
    public ConfigurationReport ShowWithDefaults(Principal who)
    {
        var report = ShowConfiguration(who);
        return report with { Defaults = ConfigurationDefaults.Of(report.Yaml) };
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
