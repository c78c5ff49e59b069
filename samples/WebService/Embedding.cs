namespace IqdbFlat.Samples.WebService;

/// <summary>A stand-in for your model: a text's words, hashed to places of a vector. Texts with words in common are near.</summary>
public static class Embedding
{
    public const int Dimension = 256;

    public static float[] Of(string text)
    {
        var vector = new float[Dimension];
        foreach (string word in text.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            uint hash = 2_166_136_261;
            foreach (char letter in word.Where(char.IsLetterOrDigit))
                hash = (hash ^ letter) * 16_777_619;
            vector[hash % Dimension]++;
        }

        return vector;
    }
}
