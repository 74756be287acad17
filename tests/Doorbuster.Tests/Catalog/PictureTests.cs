using System.Buffers.Binary;
using System.Text;
using Doorbuster.Catalog.Images;

namespace Doorbuster.Tests.Catalog;

public sealed class PictureTests
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=");

    private static readonly byte[] Gif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private static readonly byte[] Webp = Convert.FromBase64String("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=");

    // Start, an application's block, a frame of 40 × 30, a scan, the end.
    private static readonly byte[] Jpeg =
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 30, 0, 40, 1, 1, 0x11, 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xFF, 0xD9,
    ];

    [Fact]
    public void The_bytes_say_what_a_picture_is()
    {
        Assert.Equal(new Picture("png", 1, 1), Picture.Read(Png));
        Assert.Equal(new Picture("gif", 1, 1), Picture.Read(Gif));
        Assert.Equal(new Picture("webp", 1, 1), Picture.Read(Webp));
        Assert.Equal(new Picture("jpeg", 40, 30), Picture.Read(Jpeg));
    }

    [Fact]
    public void Nothing_hides_behind_a_picture_and_no_part_of_one_is_a_picture()
    {
        foreach (var picture in new[] { Png, Gif, Webp, Jpeg })
        {
            Assert.Null(Picture.Read([.. picture, .. "<script>alert(1)</script>"u8]));
            for (var length = 0; length < picture.Length; length++)
                Assert.Null(Picture.Read(picture.AsSpan(0, length)));
            foreach (var at in Enumerable.Range(0, picture.Length))
                _ = Picture.Read([.. picture[..at], 0xFF, .. picture[(at + 1)..]]);    // whatever comes, no exception
        }
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("<?xml version=\"1.0\"?><svg/>")]
    [InlineData("<!doctype html><title>GIF89a</title>")]
    [InlineData("GIF89a/*;*/=1;alert(1)")]
    [InlineData("")]
    public void What_is_no_picture_is_none(string text) => Assert.Null(Picture.Read(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(0)]
    [InlineData(6_001)]
    [InlineData(uint.MaxValue)]
    public void A_picture_has_a_size_that_can_be_drawn(uint width)
    {
        var png = (byte[])Png.Clone();
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
        Assert.Null(Picture.Read(png));
    }
}
