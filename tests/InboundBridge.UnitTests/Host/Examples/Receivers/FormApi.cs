using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using Microsoft.AspNetCore.WebUtilities;

namespace InboundBridge.UnitTests.Host.Examples.Receivers;

/// <summary>An application that takes what a browser's form sends.</summary>
internal sealed class FormApi : ImitatedApi
{
    public override string Name => "form";

    protected override string? Problem(RecordedRequest request)
    {
        if (request.Header("Content-Type") != "application/x-www-form-urlencoded")
            return "415";
        if (request.Body.Any(octet => octet is < 0x21 or > 0x7e))
            return "400: not URL-encoded";
        var fields = QueryHelpers.ParseQuery(request.Text);
        return new[] { "from", "name", "to", "subject", "text", "message_id", "attachments" }.All(name => fields[name].Count == 1)
            ? null : "400: a field is missing or twice";
    }
}
