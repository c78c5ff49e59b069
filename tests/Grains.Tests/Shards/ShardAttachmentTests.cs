using IqdbFlat.Engine;
using IqdbFlat.Grains.Shards;
using IqdbFlat.Grains.Tests.Tokens;

namespace IqdbFlat.Grains.Tests.Shards;

public sealed class ShardAttachmentTests
{
    [Fact]
    public void An_attachment_of_the_version_without_tokens_is_read()
    {
        var read = ShardAttachment.Read(Convert.FromHexString("010500000000000000020007000000000000000900000000000000010201020a00000000000000"), 40);

        Assert.Equal((9UL, 40UL, 0), (read.Removals.NumberOf(7), read.Removals.Floor, read.Tokens.Count));
    }

    [Fact]
    public void What_is_written_is_read_again_and_the_bytes_stay_as_they_are()
    {
        var attachment = new ShardAttachment();
        attachment.Removals.Clear(5);
        attachment.Removals.Add(7, 9);
        attachment.Tokens.Add(TokenTableTests.Token(1, 3), TokenTableTests.Answer(2));

        byte[] bytes = attachment.Write();
        var read = ShardAttachment.Read(bytes, 0);

        Assert.Equal(
            "0223" + "0205000000000000000000000000000000" + "01" + "000700000000000000" + "0900000000000000"
            + "33" + "01" + "00" + "01" + "00000000000070008000000000000001" + "00" + "01" + "030000000000000000" + "0b00000000000000" + "0202" + "0900000000000000" + "020105",
            Convert.ToHexStringLower(bytes));
        Assert.Equal(9UL, read.Removals.NumberOf(7));
        Assert.Equal(2, read.Tokens.Find(TokenTableTests.Token(1, 3))!.Applied);
        Assert.Equal(bytes, read.Write());
    }

    [Fact]
    public void Damaged_bytes_are_corrupt_data_that_names_the_checkpoint()
    {
        var attachment = new ShardAttachment();
        attachment.Removals.Add(7, 9);
        attachment.Tokens.Add(TokenTableTests.Token(1, 3), TokenTableTests.Answer(2));
        byte[] bytes = attachment.Write();

        for (int length = 1; length < bytes.Length; length++)
            AssertCorrupt(bytes.AsSpan(0, length).ToArray());
        AssertCorrupt([3, .. bytes[1..]]);
        AssertCorrupt([.. bytes, 0]);
    }

    private static void AssertCorrupt(byte[] bytes)
    {
        var error = Assert.Throws<FlatIndexException>(() => ShardAttachment.Read(bytes, 0));
        Assert.Equal((FlatErrorKind.CorruptData, "checkpoint"), (error.Kind, error.Error.Record));
    }
}
