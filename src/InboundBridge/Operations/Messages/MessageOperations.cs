using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Messages;

/// <summary>Stored messages: lists, shows, opens and deletes them.</summary>
internal sealed class MessageOperations(IMailSpool spool, MailQueue queue, ReceptionServices reception, AuditLog audit)
{
    public ValueTask<SpoolPage<SpooledMessage>> ListAsync(
        Principal who, MessageFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ListMessages);
        return spool.ListMessagesAsync(filter, cursor, limit, cancellationToken);
    }

    /// <summary>As <see cref="ListAsync"/>, each message with its deliveries.</summary>
    public async Task<SpoolPage<MessageSummary>> ListWithDeliveriesAsync(
        Principal who, MessageFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await ListAsync(who, filter, cursor, limit, cancellationToken);
        if (page.Items.Count == 0)
            return new SpoolPage<MessageSummary>([], page.Next, page.Searched);
        var deliveries = (await spool.FindDeliveriesAsync([.. page.Items.Select(message => message.Id)], cancellationToken))
            .ToLookup(delivery => delivery.MessageId, StringComparer.Ordinal);
        return new SpoolPage<MessageSummary>(
            [.. page.Items.Select(message => new MessageSummary(message, [.. deliveries[message.Id]]))], page.Next, page.Searched);
    }

    /// <summary>Null for an unknown message.</summary>
    public async Task<MessageRecord?> FindAsync(Principal who, string id, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ShowMessage);
        return await spool.FindMessageAsync(id, cancellationToken) is { } message
            ? new MessageRecord(
                message, await spool.FindDeliveriesAsync(id, cancellationToken), await spool.FindFollowUpsAsync(id, cancellationToken))
            : null;
    }

    /// <summary>The recorded history of a message; null for an unknown message.</summary>
    public async Task<MessageHistory?> TraceAsync(Principal who, string id, CancellationToken cancellationToken)
    {
        who.Demand(Operation.TraceMessage);
        if (await spool.FindMessageAsync(id, cancellationToken) is not { } message)
            return null;
        var deliveries = new List<DeliveryRecord>();
        foreach (var delivery in await spool.FindDeliveriesAsync(id, cancellationToken))
            deliveries.Add(new DeliveryRecord(delivery, await spool.ListAttemptsAsync(delivery.Id, cancellationToken)));
        return new MessageHistory(message, deliveries);
    }

    /// <summary>The mail as it is stored; null when the message is unknown or its octets are gone. The caller disposes it.</summary>
    public ValueTask<MailContent?> OpenAsync(Principal who, string id, CancellationToken cancellationToken)
    {
        who.Demand(Operation.OpenMail);
        return spool.OpenContentAsync(id, cancellationToken);
    }

    /// <param name="index">From 1.</param>
    public async Task<AttachmentOutcome> OpenAttachmentAsync(Principal who, string id, int index, CancellationToken cancellationToken)
    {
        if (await OpenAsync(who, id, cancellationToken) is not { } content)
            return new AttachmentOutcome.NoMail();
        var mail = await ParsedMail.OpenAsync(content, reception.CurrentPolicy.Mime, cancellationToken);
        if (mail.Attachments.FirstOrDefault(attachment => attachment.Index == index) is { } found)
            return new AttachmentOutcome.Found(content, found);
        content.Dispose();
        return new AttachmentOutcome.NoAttachment();
    }

    /// <summary>
    /// Erases the octets of a message and everything read from them, and cancels its open deliveries. Returns how many deliveries were
    /// cancelled; null for an unknown message.
    /// </summary>
    public async Task<int?> EraseAsync(Principal who, string id, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Delete);
        if (await queue.EraseAsync(id, cancellationToken) is not { } cancelled)
            return null;
        audit.Changed(who, Operation.Delete, id, 1);
        return cancelled;
    }
}
