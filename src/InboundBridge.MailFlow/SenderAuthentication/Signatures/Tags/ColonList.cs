namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

/// <summary>Values separated by colons with white space around them, as tags have them.</summary>
internal static class ColonList
{
    public static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> value)
    {
        foreach (var range in list.Split((byte)':'))
        {
            if (FoldingSpace.Trim(list[range]).SequenceEqual(value))
                return true;
        }
        return false;
    }
}
