import { block, type DemoSample } from './sample.ts'

export const libraryLoans: DemoSample = {
  id: 'library-loans',
  language: 'en',
  title: 'Reading a bar chart',
  question:
    'In which month did e-book loans first exceed paper loans, and by what percentage did total loans grow from January to June?',
  image: '/samples/library-loans.png',
  alt: 'A grouped bar chart of loans at Millbrook Library from January to June: paper books fall from 450 to 300 while e-books rise from 150 to 450.',
  sha256: '9ba18a8925caef3ed3400faab746835dab8b1e50e08fa9ecccda910ae82765f1',
  width: 1000,
  height: 640,
  thinkingText: block(String.raw`
A grouped bar chart, "Loans at Millbrook Library, January to June". Blue bars are paper books, orange bars are e-books. The vertical axis is labelled "Loans" and runs from 0 to 500, with a number at every 100. There are also fainter lines halfway, so each faint line is 50.

Let me read every pair of bars, because the question needs January and June exactly and the order of the bars in the months between.

January: the blue bar ends halfway between 400 and 500, on the faint line, so 450. The orange bar ends halfway between 100 and 200, so 150.

February: blue at 400, orange at 200.

March: blue at 400, orange halfway between 200 and 300, so 250.

April: blue halfway between 300 and 400, so 350; orange at 300.

May: blue at 350, orange at 400.

June: blue at 300, orange at 450.

First part: when are e-books above paper for the first time? In January to April the blue bar is the taller one each time. April is close: 350 against 300, so paper is still ahead by 50. In May it is 350 against 400, so e-books are ahead. The answer is May. I should be careful not to say April only because the two bars look nearly the same there; e-books are still below.

Second part: total loans. January: $450 + 150 = 600$. June: $300 + 450 = 750$. The growth is $750 - 600 = 150$.

As a percentage: of which base? "Grew from January to June" means relative to January:

$$\frac{150}{600} = 0.25 = 25\%.$$

If I divided by June's total I would get $\frac{150}{750} = 20\%$, and that would be the wrong base. So $25\%$.

Another possible misreading: taking the growth of e-books alone, $150 \to 450$, which is $200\%$. The question says total loans, so both kinds together.

Let me check the totals of the other months to see whether the series looks reasonable: February $400 + 200 = 600$, March $400 + 250 = 650$, April $350 + 300 = 650$, May $350 + 400 = 750$, June $300 + 450 = 750$. So 600, 600, 650, 650, 750, 750. It never falls, and $600 \times 1.25 = 750$. Good.

How exact is the reading? Every bar seems to end on a grid line, so the values are multiples of 50. If a bar were off by, say, 5 loans, the percentage would move by about one point; the conclusion about May has a margin of 50 and would not change. It is worth one short sentence that the values are read off the chart.

I will give a small table with paper, e-books and total per month. Then the two results, each with one line of reasoning. For the boxed result, both parts: May and 25%.
`),
  answerText: block(String.raw`
The values read off the chart (every bar ends on a grid line, and the lines are $50$ apart):

| Month | Paper books | E-books | Total |
| :--- | ---: | ---: | ---: |
| January | 450 | 150 | **600** |
| February | 400 | 200 | 600 |
| March | 400 | 250 | 650 |
| April | 350 | 300 | 650 |
| May | 350 | **400** | 750 |
| June | 300 | 450 | **750** |

**First month with more e-books.** Up to April paper books are ahead, the last time with \(350\) against \(300\). In **May** e-books lead for the first time, \(400 > 350\).

**Growth of all loans.** The base is January's total:

\[
\frac{750 - 600}{600} = \frac{150}{600} = 0.25 = 25\,\%.
\]

Check: $600 \times 1.25 = 750$.

$$\boxed{\text{May},\quad 25\,\%}$$
`),
}
