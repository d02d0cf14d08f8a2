using System.Xml;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>A name table for the XML parser, whose own keeps every name it has seen; this one keeps a bounded number.</summary>
internal sealed class XmlNames : XmlNameTable
{
    /// <summary>A report has about sixty.</summary>
    private const int Most = 1000;

    private readonly NameTable _names = new();
    private int _count;

    public override string? Get(char[] array, int offset, int length) => _names.Get(array, offset, length);

    public override string? Get(string array) => _names.Get(array);

    public override string Add(char[] array, int offset, int length)
    {
        if (_names.Get(array, offset, length) is { } known)
            return known;
        Count();
        return _names.Add(array, offset, length);
    }

    public override string Add(string array)
    {
        if (_names.Get(array) is { } known)
            return known;
        Count();
        return _names.Add(array);
    }

    private void Count()
    {
        if (++_count > Most)
            throw new UnpackLimitException($"the XML of a report has more than {Most} different names and was not read");
    }
}
