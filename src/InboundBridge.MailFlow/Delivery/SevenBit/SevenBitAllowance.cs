namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>What is left of the limits while one mail is converted. Used by one thread at a time.</summary>
internal sealed class SevenBitAllowance(SevenBitOptions options)
{
    private long _fields;

    public SevenBitOptions Options => options;

    /// <param name="octets">Of a field that is to be encoded.</param>
    /// <exception cref="SevenBitException">It is too much.</exception>
    public void TakeField(long octets)
    {
        if (octets > options.LargestField)
            throw new SevenBitException($"a header field has {octets} octets, and at most {options.LargestField} are encoded");
        _fields += octets;
        if (_fields > options.AllFields)
            throw new SevenBitException($"more than {options.AllFields} octets of header fields would have to be encoded");
    }
}
