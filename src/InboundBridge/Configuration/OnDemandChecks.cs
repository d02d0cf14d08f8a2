using System.Globalization;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Smtp.Server;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>Checks that mail which waits to be collected (RFC 2645) can be collected, and that nothing else waits with it.</summary>
internal static class OnDemandChecks
{
    public static void Run(ApplianceOptions options, ConfigReading reading)
    {
        var kept = options.Destinations.Where(destination => destination.Queue.OnDemand).ToList();
        var hasListener = false;
        for (var index = 0; index < options.Smtp.Listeners.Count; index++)
        {
            var listener = options.Smtp.Listeners[index];
            if (listener.Mode != SmtpListenerMode.Odmr)
                continue;
            hasListener = true;
            CheckListener(options, listener, Place(reading, options, index), reading);
        }
        foreach (var destination in kept)
        {
            var place = reading.Tree.Find("destinations", destination.Name, destination.Queue.Kind, "on_demand") ?? reading.Tree.Root;
            if (!hasListener)
                reading.Problems.Warn(
                    place.Position, $"nobody can collect the mail of '{destination.Name}': there is no listener for that",
                    "smtp: { listeners: [{ address: \"0.0.0.0:366\", mode: odmr, tls: require }] }");
            CheckUses(options, destination.Name, reading);
        }
    }

    private static void CheckListener(
        ApplianceOptions options, ListenerOptions listener, YamlNode place, ConfigReading reading)
    {
        if (listener.Tls is not (ListenerTls.Require or ListenerTls.Implicit))
            reading.Error(place, "an odmr listener needs TLS: passwords and mail travel over it", "tls: require, or tls: implicit");
        // What is configured but wrong is reported elsewhere.
        if (options.UsersFile is null && reading.Tree.Find("users") is null)
            reading.Error(place, "an odmr listener needs users who collect mail", "users: { file: users.yaml }");
        if (!NamesOnDemand(reading))
            reading.Problems.Warn(
                place.Position, "there is nothing to collect on an odmr listener without a relay that keeps mail",
                "destinations: { branch: { relay: { on_demand: true } } }");
    }

    private static bool NamesOnDemand(ConfigReading reading) =>
        reading.Tree.Find("destinations") is YamlMapping destinations && destinations.Entries.Any(
            entry => entry.Value is YamlMapping kind && kind["relay"] is YamlMapping relay
                && relay["on_demand"] is YamlScalar { Value: "true" });

    /// <summary>What we send to others must not wait for somebody who collects it, and nobody can be asked who exists there.</summary>
    private static void CheckUses(ApplianceOptions options, string name, ConfigReading reading)
    {
        if (options.Delivery.Bounces.Via == name)
            reading.Error(
                reading.Tree.Find("delivery", "bounces", "via") ?? reading.Tree.Root,
                $"bounces can't leave by '{name}', where mail waits until it is collected", "name a relay that sends");
        if (options.TlsReports?.Via == name)
            reading.Error(
                reading.Tree.Find("tls_reports", "via") ?? reading.Tree.Root,
                $"reports can't leave by '{name}', where mail waits until it is collected", "name a relay that sends");
        if (options.Recipients?.Verify == name)
            reading.Error(
                reading.Tree.Find("recipients", "verify") ?? reading.Tree.Root,
                $"'{name}' can't be asked which recipients exist: it has no server", "recipients: { file: recipients.txt }");
    }

    /// <summary>Items that could not be read are missing from the options, so places match only in a list without errors.</summary>
    private static YamlNode Place(ConfigReading reading, ApplianceOptions options, int index) =>
        reading.Tree.Find("smtp", "listeners") is not YamlSequence list ? reading.Tree.Root
        : list.Items.Count == options.Smtp.Listeners.Count
            ? reading.Tree.Find("smtp", "listeners", index.ToString(CultureInfo.InvariantCulture)) ?? list : list;
}
