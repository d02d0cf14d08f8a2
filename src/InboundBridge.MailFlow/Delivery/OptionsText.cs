namespace InboundBridge.MailFlow.Delivery;

/// <summary>Replies about the options that a rule overrides, the same for every kind of destination.</summary>
internal static class OptionsText
{
    /// <summary>For <c>SpooledDelivery.UnreadableOptions</c>.</summary>
    public const string Unreadable =
        "the options of its rule can't be decrypted: options.key of the spool is not the one that encrypted them";
}
