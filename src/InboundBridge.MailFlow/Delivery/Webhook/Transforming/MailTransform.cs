using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transforming;

/// <summary>Lets a destination's script make the request of an attempt from the native JSON (docs/transforms.md).</summary>
internal sealed class MailTransform(TransformRun run, CompositionServices services, ReadingGate gate)
{
    private readonly ScriptJson _json = new(services);

    /// <param name="attempt">Its content is local.</param>
    /// <param name="url">The delivery's URL, which the script may replace.</param>
    public async ValueTask<TransformOutcome> RunAsync(
        DeliveryAttempt attempt, PreparedWebhook webhook, Uri url, CancellationToken cancellationToken)
    {
        var recipient = attempt.Delivery.Recipients.Count == 0 ? string.Empty : attempt.Delivery.Recipients[0].Address;
        var json = await _json.ComposeAsync(attempt, webhook.Options, gate, cancellationToken);
        var answer = await run(new TransformInput(attempt.Message.Id, json, recipient, attempt.Delivery.Vars), cancellationToken);
        if (answer.Error is { } error)
            return Failure(error);
        try
        {
            return Outcome(TransformedRequest.Read(answer.Value, TransformLimits.Default), webhook, url);
        }
        catch (FormatException fault)
        {
            return Failure($"{answer.File}: {fault.Message}");
        }
    }

    private static TransformOutcome.Failed Failure(string problem) => new($"the transform failed: {problem}");

    private static TransformOutcome Outcome(TransformedRequest made, PreparedWebhook webhook, Uri url)
    {
        if (made.Skips)
            return new TransformOutcome.Skipped();
        // The script sees the mail, so the mail may have decided the host.
        if (made.Url is { } chosen && !WebhookUrl.IsSameHost(url, chosen))
            webhook = webhook.WithoutSecrets;
        return new TransformOutcome.Request(webhook, made.Url ?? url,
            new WebhookContent(MailContent.FromMemory(made.Body), made.ContentType) { Replacing = made.Headers });
    }
}
