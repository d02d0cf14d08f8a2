using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Destinations.Webhook;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration;

/// <summary>Whoever hears the notices has to be a webhook with an address of its own.</summary>
internal static class NotifyChecks
{
    public static void Run(ApplianceOptions options, ConfigReading reading)
    {
        if (options.Notify is not { } notify)
            return;
        var node = reading.Tree.Find("notify", "webhook") ?? reading.Tree.Root;
        ConfigurationCrossChecks.MustBeThere(notify.Webhook, node, reading);
        if (options.Destinations.FirstOrDefault(destination => destination.Name == notify.Webhook) is not { } found)
            return;
        if (found.As<WebhookSettings>() is not { } webhook)
            reading.Error(
                node, $"'{found.Name}' is of kind {found.Queue.Kind}, and notices go to a webhook", "name a webhook under destinations");
        else if (webhook.Target.Url.Contains('{', StringComparison.Ordinal))
            reading.Error(
                node, $"the URL of '{found.Name}' is made from each mail, and a notice is about none", "name a webhook with a fixed URL");
    }
}
